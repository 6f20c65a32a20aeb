"""Figures about labels: agreement and intervals. Pure functions over numbers and columns."""
