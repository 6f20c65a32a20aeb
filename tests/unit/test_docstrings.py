import doctest
import importlib
import pkgutil
from functools import cached_property

import pytest

import tiebreak

MODULES = ["tiebreak", *(m.name for m in pkgutil.walk_packages(tiebreak.__path__, "tiebreak."))]


def cached_properties(module):
    return [
        each
        for owner in vars(module).values()
        if isinstance(owner, type) and owner.__module__ == module.__name__
        for each in vars(owner).values()
        if isinstance(each, cached_property)
    ]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_do_what_they_show(name, tmp_path):
    module = importlib.import_module(name)

    assert doctest.testmod(module, extraglobs={"tmp": tmp_path}).failed == 0
    runner = doctest.DocTestRunner()
    for each in cached_properties(module):  # which doctest finds from Python 3.13 on
        for test in doctest.DocTestFinder().find(
            each.func, globs={**vars(module), "tmp": tmp_path}
        ):
            runner.run(test)
    assert runner.failures == 0


def test_there_are_examples_to_run():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [t for name in MODULES for t in finder.find(importlib.import_module(name))]

    assert sum(len(test.examples) for test in found) >= 8
