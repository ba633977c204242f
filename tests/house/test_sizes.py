"""Nothing in the house is too long to be read at once."""

from statistics import median, quantiles

from tests.house.source import functions, lines_of, modules

LONGEST_FUNCTION = 60
LONGEST_MODULE = 400


def test_no_function_is_over_60_lines():
    long = [
        f"{module.path}:{node.lineno} {node.name} ({lines_of(node)} lines)"
        for module in modules()
        for node in functions(module)
        if lines_of(node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_module_is_over_400_lines():
    sizes = {module.path: module.text.count("\n") for module in modules()}
    assert {path: size for path, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_the_usual_function_fits_on_a_card(capsys):
    sizes = [lines_of(node) for module in modules() for node in functions(module)]
    middle, most = median(sizes), quantiles(sizes, n=10)[-1]
    with capsys.disabled():
        print(f"\n{len(sizes)} functions in {len(modules())} modules; lines: median {middle}, 90 % up to {most}")  # noqa: T201
    assert middle <= 10
    assert most <= 30
