"""Lets the tests of every platform share the contract suite and the strategies that stand beside this file."""

import pytest

pytest.register_assert_rewrite("contract")
