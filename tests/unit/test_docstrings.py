import doctest
import importlib
import pkgutil

import pytest

import tiebreak

MODULES = ["tiebreak", *(m.name for m in pkgutil.walk_packages(tiebreak.__path__, "tiebreak."))]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_do_what_they_show(name, tmp_path):
    result = doctest.testmod(importlib.import_module(name), extraglobs={"tmp": tmp_path})

    assert result.failed == 0


def test_there_are_examples_to_run():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [t for name in MODULES for t in finder.find(importlib.import_module(name))]

    assert sum(len(test.examples) for test in found) >= 8
