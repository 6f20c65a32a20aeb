"""The labeling widget: messages to and from the browser."""
