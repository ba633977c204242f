"""When Python looks for circles of garbage."""

import gc

import pytest

from regulars.core.garbage import collected_afterwards


def test_python_looks_for_garbage_again_after_the_block():
    with collected_afterwards():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_python_looks_for_garbage_again_after_a_failure():
    with pytest.raises(RuntimeError), collected_afterwards():
        raise RuntimeError
    assert gc.isenabled()


def test_an_inner_block_leaves_it_to_the_outer():
    with collected_afterwards():
        with collected_afterwards():
            pass
        assert not gc.isenabled()
