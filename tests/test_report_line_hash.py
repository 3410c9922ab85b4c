"""The values come from GitHub's own function, run over these bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.line_hash import line_hashes

END = "c129715d7a2bc9a3:1"
KNOWN = [
    (b"", [END]),
    (b"kind: Deployment\n", ["a8a60423d469a4c6:1", END]),
    (
        b"\xef\xbb\xbfa: 1\r\nb:\t2\rc\n\n  d",
        ["9cb96657c3da986b:1", "b61ed878092cc2c2:1", "f8ac93a55d88711a:1", "6bf49ae9d59c5bc1:1", "a23a3dc5e078b07b:1"],
    ),
    ("name: café \U0001f680\nx\n".encode(), ["827596be87e3f6fe:1", "828973aa50c68d6d:1", END]),
    (b"bad \xff\xe2\x82 byte\nend", ["f2203c713da4c96d:1", "43b6461eda086fe2:1"]),
    (
        b"\r \n\r\r\n\n",
        ["229ec9649baa95f1:1", "8d2f5848087196b:1", "4e5d562094661a0d:1", "5b5d4caf73a13177:1", "3c5bef55b72b93c9:1", END],
    ),
]


ENDED = [
    *("e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1"),
    END,
]
PUBLISHED = [
    (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
    (
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
        ["8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1", "b86d3392aea1be30:1", "e6ceba753e1a442:1"],
    ),
    (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", ENDED),
    (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", ENDED),
    (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", ENDED),
    (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", ENDED),
    (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{count}" for count in range(1, 7)),
            *("a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", END),
        ],
    ),
    (
        "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
        [
            *("e54938cc54b302f1:1", "bb609acbe9138d60:1", "1131fd5871777f34:1", "5c482a0f8b35ea28:1"),
            *("54517377da7028d2:1", "2c644846cb18d53e:1", "f1b89f20de0d133:1", END),
        ],
    ),
]
"""The values that GitHub publishes for its function, in the tests of github/codeql-action."""


@pytest.mark.parametrize(("text", "hashes"), PUBLISHED)
def test_the_hashes_are_those_that_github_publishes(text: str, hashes: list[str]) -> None:
    assert list(line_hashes(text).values()) == hashes


@pytest.mark.parametrize("errors", ["replace", "surrogateescape"])
@pytest.mark.parametrize(("data", "hashes"), KNOWN)
def test_the_hashes_are_those_of_the_upload_action(data: bytes, hashes: list[str], errors: str) -> None:
    assert line_hashes(data.decode("utf-8", errors)) == dict(enumerate(hashes, start=1))


def test_equal_lines_are_told_apart_by_their_count() -> None:
    hashes = line_hashes("- item\n" * 40)
    assert [hashes[line] for line in (1, 2, 10)] == ["419ca2933bc6863:1", "419ca2933bc6863:2", "419ca2933bc6863:10"]


def rolling(text: str) -> dict[int, str]:
    """The hash as its authors describe it: rolled over the text one character at a time."""
    characters = [ord(char) for char in text.replace("\r\n", "\n").replace("\r", "\n") if char not in " \t"]
    starts = [0, *(index + 1 for index, code in enumerate(characters) if code == 10)]
    stream = [*characters, 0xFFFF, *[0] * 100]
    value, hashes, seen = 0, {}, dict[int, int]()
    for index, code in enumerate(stream):
        value = value * 37 + code - (37**100 * stream[index - 100] if index >= 100 else 0)
        if index - 99 in starts:
            short = value % 2**64
            seen[short] = seen.get(short, 0) + 1
            hashes[starts.index(index - 99) + 1] = f"{short:x}:{seen[short]}"
    return hashes


@given(st.text(st.sampled_from("ab \t\r\né"), max_size=300))
def test_any_text_hashes_as_the_rolling_definition_says(text: str) -> None:
    assert line_hashes(text) == rolling(text)


@given(st.text(st.sampled_from("ab \n\U0001f680\udcff"), max_size=200), st.sets(st.integers(1, 20)))
def test_asking_for_some_lines_gives_the_same_values(text: str, wanted: set[int]) -> None:
    every = line_hashes(text)
    assert line_hashes(text, wanted) == {line: value for line, value in every.items() if line in wanted}
