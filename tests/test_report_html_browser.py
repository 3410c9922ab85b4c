"""The page in a real browser: what its reader can do, and that it loads, logs and runs nothing that it should not."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

import pytest

from browsers import Browser, started
from report_samples import busy_report, finding, report
from scanner.model import NotScanned, Report, Span

ENTER, ESCAPE, DOWN, UP, END, HOME, PAGE_DOWN, RIGHT, TAB = (
    "\ue007",
    "\ue00c",
    "\ue015",
    "\ue013",
    "\ue010",
    "\ue011",
    "\ue00f",
    "\ue014",
    "\ue004",
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with started(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, which a test must leave without a complaint and without a request but for the pages themselves."""
    assert (chromium.complaints, chromium.requests) is not None
    yield chromium
    assert chromium.complaints == []
    assert [address for address in chromium.requests if not address.startswith(chromium.folder.as_uri())] == []


def told_apart() -> Report:
    """The busy report with findings that differ in fingerprint and words."""
    sample = busy_report()
    named = (
        each._replace(fingerprint=f"{number:040x}", headline=f"Artifact {number:02}", evidence=f"evidence-{number}")
        for number, each in enumerate(sample.findings)
    )
    return sample._replace(findings=tuple(named))


def big(number: int = 20_000) -> Report:
    """A report of many findings in a hundred folders."""
    return report(
        *(
            finding(
                path=f"folder-{each % 100:02}/file-{each:05}.yaml", fingerprint=f"{each:040x}", headline=f"Artifact {each:05}",
                level=("error", "warning", "note")[each % 3], span=Span(each + 1, 1, each + 1, 9),
            )
            for each in range(number)
        )
    )  # fmt: skip


ROWS = "#rows .row"
LINKS = "#rows .at-what a"


def test_open_findings_are_listed_the_worst_first(browser: Browser) -> None:
    browser.show(told_apart())
    assert browser.text("#shown") == "14 open findings; 3 not counted"
    assert browser.texts("#rows .at-level") == ["✕ error"] * 12 + ["▲ warning", "● note"]
    assert browser.contents(ROWS)[1] == "✕ error3.1Artifact 05 evidence-5infra/main.tf:10open"


def test_filters_narrow_the_list_and_stand_in_the_address(browser: Browser) -> None:
    browser.show(told_apart())
    browser.type("#q", "INFRA evidence-1")
    assert browser.text("#shown") == "7 of 17 findings"
    browser.choose("clause", "3.1")
    assert browser.text("#shown") == "6 of 17 findings"
    assert browser.fragment == "#q=INFRA+evidence-1&clause=3.1"
    browser.driver.refresh()
    assert browser.text("#shown") == "6 of 17 findings"
    browser.click("#clear")
    assert browser.text("#shown") == "14 open findings; 3 not counted"
    assert browser.fragment == ""


def test_levels_status_and_folder_filter(browser: Browser) -> None:
    browser.show(told_apart(), "#status=all")
    browser.click("input[value='error']")
    assert browser.texts("#rows .at-level") == ["▲ warning", "● note"]
    browser.show(told_apart(), "#status=suppressed")
    assert browser.texts(LINKS) == ["Artifact 02"]
    browser.show(told_apart())
    browser.type("#folder", "deploy")
    assert browser.contents("#rows .at-place") == ["deploy/app.yaml:2"]
    browser.choose("status", "all")
    assert browser.text("#shown") == "2 of 17 findings"


def test_choices_tell_how_many_findings_they_would_leave(browser: Browser) -> None:
    browser.show(told_apart(), "#vendor=aws")
    assert browser.texts("#clause option") == ["All clauses", "3.1 Executable infrastructure code (11)", "3.4 IAM policies (1)"]
    assert browser.texts("#vendor option") == ["Any vendor", "aws (12)"]


def test_filters_that_nothing_fits_say_so(browser: Browser) -> None:
    browser.show(told_apart(), "#q=nothing-like-it")
    assert browser.text("#nothing") == "No finding fits these filters."
    assert browser.texts(ROWS) == []


def test_an_address_that_names_what_the_report_does_not_have_still_shows_findings(browser: Browser) -> None:
    browser.show(told_apart(), "#clause=9.9&sort=odd&level=error,odd&status=%00")
    assert browser.text("#shown") == "12 of 17 findings"


def test_a_column_sorts_both_ways_and_says_which(browser: Browser) -> None:
    browser.show(told_apart())
    browser.click("[data-sort='headline']")
    assert browser.texts(LINKS)[:2] == ["Artifact 00", "Artifact 01"]
    browser.click("[data-sort='headline']")
    assert browser.texts(LINKS)[:2] == ["Artifact 16", "Artifact 15"]
    assert browser.run("return [...document.querySelectorAll('[aria-sort]')].map((each) => [each.innerText, each.ariaSort])") == [
        ["Finding", "descending"]
    ]
    assert browser.fragment == "#sort=-headline"


def test_clauses_and_the_map_lead_to_their_findings(browser: Browser) -> None:
    browser.show(told_apart())
    browser.click("#clauses a")
    assert browser.text("#shown") == "11 of 17 findings"
    browser.click("#heat tbody tr:first-child td:nth-child(3) a")
    assert browser.texts(LINKS) == ["Artifact 16"]
    browser.driver.back()
    browser.settled()
    assert browser.text("#shown") == "11 of 17 findings"


def test_arrow_keys_move_through_the_map_of_which_tab_reaches_one_cell(browser: Browser) -> None:
    browser.show(told_apart())
    assert len(browser.run("return [...document.querySelectorAll('#heat a')].filter((each) => each.tabIndex === 0)")) == 1
    browser.run("document.querySelector('#heat a').focus()")
    browser.press(RIGHT)
    browser.press(RIGHT)
    assert browser.run("return document.activeElement.ariaLabel") == "12 in infra/, all clauses"
    browser.press(ENTER)
    assert browser.fragment == "#folder=infra/"


def test_a_finding_shows_its_line_why_and_the_way_out(browser: Browser) -> None:
    browser.show(told_apart())
    browser.click(LINKS, 1)
    shown = browser.text("#detail")
    assert browser.text("#detail h3") == "Artifact 05"
    assert browser.text("#detail pre mark") == 'resource "aws_s3_bucket" "logs" {'
    for words in (
        "✕ error 3.1 Executable infrastructure code",
        "infra/main.tf:10:1",
        "and 4 further lines, to line 14",
        "Why A Terraform resource Evidence: evidence-5",
        "J.4.1, clause 3.1 Writing executable infrastructure code.",
        "Lifted by J.4.3 (section 6 of J.4.1); it stands at the boundary 6.3.",
        "A resource block of Terraform. phasegate explain terraform-resource",
        "Vendor aws Fingerprint 0000000000000000000000000000000000000005",
    ):
        assert words in shown
    browser.click("#detail summary")
    assert "phasegate: allow terraform-resource -- reason" in browser.text("#detail")


def test_links_of_a_kind_are_secure_ones_that_tell_nobody_where_they_stand(browser: Browser) -> None:
    odd = (
        "https://kubernetes.io/docs/",
        "http://example.org/",
        "javascript:alert(1)",
        "https://example.org/ onclick=x",
        "data:text/html,x",
    )
    sample = report(finding())
    kinds = {name: kind._replace(references=odd) for name, kind in sample.kinds.items()}
    browser.show(sample._replace(kinds=kinds), f"#f={'f' * 32}")
    links = browser.run("return [...document.querySelectorAll('#detail a')].map((each) => [each.href, each.rel])")
    assert links == [["https://kubernetes.io/docs/", "noreferrer noopener"]]


def test_a_link_to_a_finding_works_whatever_is_filtered(browser: Browser) -> None:
    address = f"#f={3:040x}"
    browser.show(told_apart(), address)
    assert browser.text("#detail h3") == "Artifact 03"
    assert "Not counted: authorized. J.5.1 by Ada Example" in browser.text("#detail")
    assert "The filters hide this finding from the list." in browser.text("#detail")
    browser.click("#detail .remark button")
    assert browser.text("#detail h3") == "Artifact 03"
    assert browser.texts("[aria-selected='true'] a") == ["Artifact 03"]
    assert "hide" not in browser.text("#detail")
    browser.type("#q", "infra")
    assert browser.fragment == f"#q=infra&status=all&f={3:040x}"
    assert browser.text("#detail h3") == "Artifact 03"


def test_findings_of_one_fingerprint_have_addresses_of_their_own(browser: Browser) -> None:
    browser.show(report(finding(headline="One"), finding(headline="Two")), f"#f={'f' * 32}.2")
    assert browser.text("#detail h3") == "Two"


def test_a_link_to_a_finding_that_is_gone_says_so(browser: Browser) -> None:
    browser.show(told_apart(), "#f=c0ffee")
    assert browser.text("#unknown") == "This report holds no finding c0ffee: it may be gone, or have changed."
    assert browser.text("#shown") == "14 open findings; 3 not counted"


def test_the_keyboard_reaches_everything(browser: Browser) -> None:
    browser.show(told_apart())
    browser.run("document.querySelector('[data-sort=status]').focus({focusVisible: true})")
    browser.run("document.querySelector('#rows a[tabindex=\"0\"]').focus()")
    browser.press(DOWN)
    browser.press(DOWN)
    assert browser.focus == "Artifact 06"
    browser.press(ENTER)
    assert browser.focus == "Artifact 06"
    assert browser.run("return document.activeElement.id") == "detail-title"
    browser.press(TAB)
    browser.press(ESCAPE)
    assert browser.run("return document.activeElement.closest('.row').getAttribute('aria-rowindex')") == "4"
    assert not browser.run("return document.getElementById('detail').open")
    browser.press(END)
    assert browser.focus == "Artifact 00"
    browser.press(HOME)
    assert browser.focus == "Artifact 01"
    browser.press(UP)
    assert browser.focus == "Artifact 01"


def test_the_details_follow_the_arrow_keys_and_their_own_buttons(browser: Browser) -> None:
    browser.show(told_apart())
    browser.click(LINKS)
    browser.press(DOWN)
    assert (browser.focus, browser.text("#detail h3")) == ("Artifact 05", "Artifact 05")
    browser.click("[aria-label='Next finding']")
    browser.press(ENTER)
    assert browser.text("#detail h3") == "Artifact 07"


def test_of_twenty_thousand_findings_a_few_rows_are_in_the_page_and_all_can_be_reached(browser: Browser) -> None:
    browser.show(big())
    assert browser.text("#shown") == "20,000 findings"
    assert browser.run("return document.getElementById('list').ariaRowCount") == "20001"
    assert len(browser.texts(ROWS)) < 60
    browser.run("document.getElementById('viewport').scrollTop = 1e9")
    browser.settled()
    assert "Artifact 19997" in browser.texts(LINKS)
    assert browser.run("return document.querySelector('#rows .row:last-child').ariaRowIndex") == "20001"
    assert len(browser.texts(ROWS)) < 60
    browser.click(LINKS, -1)
    browser.press(PAGE_DOWN)
    browser.press(HOME)
    assert browser.focus == "Artifact 00000"
    assert len(browser.texts(ROWS)) < 60


def test_more_rows_than_a_browser_can_draw_are_all_reached(browser: Browser) -> None:
    browser.show(report(*[finding()] * 120_000))
    browser.run("document.getElementById('viewport').scrollTop = 1e9")
    browser.settled()
    assert browser.run("return document.querySelector('#rows .row:last-child').ariaRowIndex") == "120001"
    box, row = browser.run(
        "return ['#viewport', '#rows .row:last-child'].map((each) => document.querySelector(each).getBoundingClientRect().bottom)"
    )
    assert abs(box - row) < 2


def hostile() -> Report:
    """A report whose every text wants to be more than a text."""
    markup = "</script><script>document.title='owned'</script><img src=http://127.0.0.1:9/x onerror=alert(1)>"
    names = (markup, "\u202egpj.exe\u2066", "a\x00b\x1b[31m\r\n\udcff", "${x}{{y}}", "'\"`--><!--", "long-" * 400)
    return report(
        *(
            finding(
                path=f"{name.replace('/', '')}/x", message=name, evidence=name, snippet=name, vendor=name, embedded_in=name, headline=name,
                family=name, kind=name, clause=name, fingerprint=name, justification=name, commit=name,
                status=status, level="warning",
            )
            for name in names
            for status in ("open", "suppressed")
        ),
        not_scanned=tuple(NotScanned(name, name) for name in names),
        notices=names,
    )  # fmt: skip


def test_hostile_values_stay_texts(browser: Browser) -> None:
    sample = hostile()
    browser.show(sample, "#status=all")
    assert browser.run("return document.querySelectorAll('img, iframe, object, script:not([type])').length") == 1
    places = browser.contents("#rows .at-place")
    assert "\\u202egpj.exe\\u2066/x:2" in places
    assert "a\\x00b\\x1b[31m\\x0d\n\\xff/x:2" in places
    for place in range(len(sample.findings)):
        browser.click(ROWS, place)
    assert browser.driver.title.startswith("Incomplete: J.4.1")


def test_the_policy_of_the_page_holds(chromium: Browser) -> None:
    chromium.show(busy_report())
    chromium.run("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))")
    chromium.run("document.body.setAttribute('style', 'color: red')")
    chromium.run("fetch('http://127.0.0.1:9/').catch(() => null)")
    refused = chromium.run("try { document.body.innerHTML = '<b>x</b>'; return '' } catch (error) { return error.name }")
    chromium.settled()
    said = "\n".join(chromium.complaints)
    assert refused == "TypeError"
    assert [word for word in ("http://127.0.0.1:9/x.png", "inline style", "connect", "TrustedHTML") if word not in said] == []


@pytest.mark.parametrize("sample", [busy_report, hostile], ids=["busy", "hostile"])
def test_a_narrow_screen_needs_no_scrolling_sideways(browser: Browser, sample: Callable[[], Report]) -> None:
    browser.show(sample(), "#status=all", width=360, height=740)
    assert browser.run("return document.documentElement.scrollWidth") <= 360
    browser.click(ROWS)
    assert browser.run("return document.getElementById('detail').matches(':modal')")
    assert browser.run("return document.getElementById('detail').scrollWidth") <= 360
    browser.press(ESCAPE)
    assert not browser.run("return document.getElementById('detail').open")


def test_colours_follow_the_system_until_they_are_chosen(browser: Browser) -> None:
    def background() -> str:
        return str(browser.run("return getComputedStyle(document.body).backgroundColor"))

    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    browser.show(busy_report())
    dark = background()
    browser.click("#theme")
    assert browser.run("return document.getElementById('theme').ariaLabel") == "Colours: light"
    assert background() != dark
    browser.driver.refresh()
    assert background() != dark
    browser.click("#theme")
    assert background() == dark
    browser.run("sessionStorage.clear()")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_without_script_a_note_says_what_is_missing(browser: Browser) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.show(busy_report())
        tree = browser.driver.execute_cdp_cmd("DOMSnapshot.captureSnapshot", {"computedStyles": []})
        shown = "\n".join(tree["strings"][index] for index in tree["documents"][0]["layout"]["text"] if index >= 0)
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "Incomplete" in shown
    assert "need JavaScript" in shown
    assert "larger than 10 MB" in shown
    assert "More filters" not in shown


def test_on_paper_the_findings_in_view_are_a_table_up_to_a_stated_number(browser: Browser) -> None:
    browser.show(big(2_500), "#level=error,warning")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.text("#printed p") == "1,667 findings in view."
    assert len(browser.texts("#printed tbody tr")) == 1_667
    assert not browser.visible("#explorer, .bar")
    browser.run("dispatchEvent(new Event('afterprint'))")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    browser.show(big(2_500))
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.contents("#printed p") == ["The first 2,000 findings of 2,500 in view are printed; the JSON report lists all."]
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert browser.texts("#printed") == []


def test_the_page_prints(browser: Browser) -> None:
    browser.show(told_apart())
    pdf = base64.b64decode(browser.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})["data"])
    assert pdf.startswith(b"%PDF-")
    assert browser.texts("#printed") == []


def test_a_screen_reader_finds_landmarks_and_a_name_for_every_control(browser: Browser) -> None:
    browser.show(told_apart(), f"#f={5:040x}")
    nodes = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
    for landmark in (
        ("main", ""),
        ("banner", ""),
        ("navigation", "Sections"),
        ("search", "Findings"),
        ("grid", "Findings"),
        ("dialog", "Artifact 05"),
    ):
        assert landmark in named
    roles = {role for role, _name in named}
    assert {"row", "gridcell", "columnheader", "status", "heading", "table"} <= roles
    assert [role for role, name in named if role in ("button", "link", "checkbox", "combobox", "searchbox", "textbox") and not name] == []


def test_how_many_findings_are_shown_is_told_to_a_screen_reader(browser: Browser) -> None:
    browser.show(told_apart())
    browser.type("#q", "artifact 1")
    browser.driver.execute_async_script("setTimeout(arguments[0], 600)")
    assert browser.text("[role=status]") == "8 of 17 findings shown"


def test_a_report_without_findings_has_no_list(browser: Browser) -> None:
    browser.show(report())
    assert browser.text("h1") == "Passes"
    assert browser.texts("#explorer") == []
    assert len(browser.texts("#clauses tbody tr")) == 5
