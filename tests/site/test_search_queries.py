"""What people type leads to the right page first: through the theme's own search, as it is published."""

import gzip
import re
from pathlib import Path

import pytest

TABLE = Path(__file__).with_name("search_queries.txt")
FEWEST = 200
# Keeps the worker that the theme starts, and does with each query what the search box does.
KEEP_WORKER = """
const Own = window.Worker;
window.Worker = class extends Own {
  constructor(...given) {
    super(...given);
    window.searcher = this;
    window.answers = 0;
    this.addEventListener("message", () => { window.answers += 1; });
  }
};
"""
ASK = """
queries => new Promise(done => {
  const found = [];
  const next = () => window.searcher.postMessage({type: 2, data: queries[found.length]});
  const listen = event => {
    if (event.data.type !== 3) return;
    found.push(event.data.data.items.map(group => group[0].location));
    if (found.length === queries.length) {
      window.searcher.removeEventListener("message", listen);
      done(found);
    } else next();
  };
  window.searcher.addEventListener("message", listen);
  next();
})
"""


def queries(registry):
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            query, wanted = re.split(r" {2,}", line.rstrip())
            if "/" not in wanted:
                wanted = f"settings/{registry.settings[wanted].group}/{wanted}/"
            found.append((query, wanted))
    return found


@pytest.fixture(scope="module")
def searching(browser, site_address):
    page = browser.new_page()
    page.add_init_script(KEEP_WORKER)
    page.goto(f"{site_address}/contribute/")
    page.wait_for_function("window.answers > 0")  # the index is read
    yield page
    page.close()


def test_the_table_is_long_and_names_pages_that_there_are(registry, built_site):
    table = queries(registry)
    assert len(table) >= FEWEST
    assert len({query for query, _ in table}) == len(table)
    for _, wanted in table:
        assert (built_site / wanted / "index.html").is_file(), wanted


@pytest.mark.browser
def test_every_query_finds_its_page_first(searching, registry):
    table = queries(registry)
    answers = searching.evaluate(ASK, [query for query, _ in table])
    wrong = [
        f"{query!r}: wanted {wanted}, got {found[:3]}"
        for (query, wanted), found in zip(table, answers, strict=True)
        if [place.partition("#")[0] for place in found[:1]] != [wanted]
    ]
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("typed", ["denoise", "--ar"])
def test_the_box_shows_what_the_worker_says(searching, registry, typed):
    wanted = dict(queries(registry))[typed]
    searching.locator(".md-search__input").fill("")
    searching.locator(".md-search__input").press_sequentially(typed, delay=30)
    first = searching.locator(".md-search-result__item a").first
    first.wait_for()
    searching.wait_for_function(
        "wanted => document.querySelector('.md-search-result__item a').href.includes(wanted)",
        arg=wanted,
        timeout=5000,
    )


@pytest.mark.browser
def test_any_other_search_keeps_the_order_of_the_theme(searching):
    (found,) = searching.evaluate(ASK, ["smeared murky picture"])
    assert found


def test_the_index_keeps_its_budget(built_site):
    content = (built_site / "search/search_index.json").read_bytes()
    assert len(gzip.compress(content)) <= 45_000
