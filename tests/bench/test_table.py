"""The figures that `make bench` prints."""

from tests.bench.journeys import Phase
from tests.bench.table import Figures, markdown, percentile


def phase(milliseconds: float, requests: int = 4) -> Phase:
    return Phase([0.01] * requests, milliseconds * requests / 1000, 0)


def test_a_ratio_is_the_median_of_the_rounds_not_the_ratio_of_their_sums() -> None:
    figures = Figures()
    for floor, own in ((2, 4), (2, 6), (100, 500)):
        figures.add("floor", "lesson", 8, phase(floor))
        figures.add("tumen", "lesson, shipped course", 8, phase(own))
    [_floor, row] = figures.rows({"floor": {}, "tumen": {"lesson, shipped course": [6, 40]}})
    assert row == ["lesson, shipped course", "8", "tumen", "6.00", "3.00 (2.00–5.00)", "10", "10", "6", "40", "0"]


def test_nineteen_of_twenty_take_no_longer_than_the_95th_percentile() -> None:
    assert percentile(list(range(100, 0, -1)), 0.95) == 95


def test_a_table_is_written_in_markdown() -> None:
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
