"""What splink finds in a table of contacts: `python with_splink.py ROWS.csv PAIRS.csv`.

Run by a Python that has splink. Set up as its documentation advises: random sampling for u, expectation
maximisation in several rounds for m, term frequencies for names and handles, blocking rules for every field.
"""

from __future__ import annotations

import csv
import sys

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

FIELDS = ("first", "last", "stem", "phone", "site", "firm", "birthday")


def main(rows: str, out: str) -> None:
    """Link, and write the pairs, the surest first."""
    import duckdb

    columns = ", ".join(f"nullif({name}, '') AS {name}" for name in (*FIELDS, "platform"))
    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE people AS SELECT CAST(unique_id AS BIGINT) AS unique_id, {columns} "
        "FROM read_csv(?, all_varchar = true, header = true)",
        [rows],
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("first", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("last", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("stem", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone"),
            cl.ExactMatch("site"),
            cl.ExactMatch("firm").configure(term_frequency_adjustments=True),
            cl.ExactMatch("birthday"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first", "last"),
            block_on("last", "substr(first, 1, 1)"),
            block_on("first", "substr(last, 1, 3)"),
            block_on("stem"),
            block_on("phone"),
            block_on("site"),
            block_on("firm", "last"),
            "l.first = r.last AND l.last = r.first",
        ],
    )
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register("people"), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first", "last"), block_on("phone"), block_on("stem", "last")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5_000_000)
    for rule in (block_on("first", "last"), block_on("stem"), block_on("last")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.001).as_record_list()
    found.sort(key=lambda row: -row["match_weight"])
    with open(out, "w", newline="", encoding="utf-8") as stream:  # noqa: PTH123 - runs in a bare environment
        writer = csv.writer(stream)
        for row in found:
            one, other = row["unique_id_l"], row["unique_id_r"]
            writer.writerow((min(one, other), max(one, other)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
