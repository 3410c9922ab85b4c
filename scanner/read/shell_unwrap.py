"""Take the wrappers off a command: `sudo`, `npx`, `docker run`, `bash -c`, and all the others that run what follows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scanner.read.shell_commands import Command, Names, environment, expand, package_name, renamed, tool_name
from scanner.read.shell_syntax import ASSIGNMENT, Word
from scanner.read.shell_tools import (
    CONTAINER_ENGINES,
    CONTAINER_FLAGS,
    IMAGES,
    POWERSHELLS,
    SCRIPT_RUNNERS,
    SHELLS,
    SSH_VALUES,
    TOOLS,
    VALUE_OPTIONS,
    VISIBLE,
    WRAPPERS,
    Wrapper,
)

_MAX_PARTS = 12
"""A command line is taken apart into at most this many commands."""
_MAX_WORDS = 2000
"""Of a command inside another one, this many words are looked at."""
_DASHES_WITHIN = 60

Words = tuple[Word, ...]


@dataclass(slots=True)
class Unwrapped:
    """What one command line runs: the commands, and words that are code themselves, each with its dialect."""

    commands: list[Command] = field(default_factory=list)
    bodies: list[tuple[Word, str]] = field(default_factory=list)
    todo: list[tuple[Words, Mapping[str, str]]] = field(default_factory=list)


def unwrap(words: Words, assignments: Words, names: Names, dialect: str = "sh") -> Unwrapped:
    """The commands that a simple command runs, wrappers taken off, in the order in which they stand."""
    found = Unwrapped(todo=[(words, environment(assignments))])
    for _ in range(_MAX_PARTS):
        if not found.todo:
            break
        part, env = found.todo.pop(0)
        _strip(part, dict(env), names, found, dialect)
    return found


def _strip(words: Words, env: dict[str, str], names: Names, found: Unwrapped, dialect: str) -> None:
    """Follow the wrappers of one command to its program, and note that, and the bodies met."""
    at, package, expansions = 0, False, 0
    program = 0
    while at < len(words):
        match = ASSIGNMENT.match(words[at].text)
        if match:
            if match[1] in VISIBLE:
                env[match[1]] = words[at].text[match.end() :]
            at += 1
            continue
        if expansions < 4:
            fuller = expand(words[at : at + 2], names)
            if fuller != words[at : at + 2]:
                expansions += 1
                words, at, program = (*fuller, *words[at + 2 :]), 0, 0
                continue
        program = at
        name = (package_name if package else tool_name)(words[at].text)
        special = _SPECIAL.get(name.lower())
        verdict = special(words[at : at + _MAX_WORDS], env, found) if special is not None else None
        if verdict is not None:
            program = len(words) if verdict else at
            break
        following = _behind(name, words, at)
        if following is None:
            break
        at, package = following, WRAPPERS[name].package
        if at == len(words) - 1 and words[at].quoted and " " in words[at].text.strip():
            found.bodies.append((words[at], dialect))
            break
    if program < len(words):
        name = (package_name if package else tool_name)(words[program].text)
        found.commands.append(Command(name, words[program:], env))


def _behind(name: str, words: Words, at: int) -> int | None:
    """Where the command starts that the wrapper at `at` runs; None where it runs none."""
    wrapper = WRAPPERS.get(name)
    if wrapper is None or (name == "command" and at + 1 < len(words) and words[at + 1].text in {"-v", "-V"}):
        return None
    here = at + 1
    if wrapper.verbs:
        here = _after_options(words, here, wrapper.values)
        if here >= len(words) or words[here].text not in wrapper.verbs:
            return None
        here += 0 if name == "tsh" else 1
    if wrapper.dashes or wrapper.needs_dashes:
        for index in range(here, min(len(words), here + _DASHES_WITHIN)):
            if words[index].text == "--":
                return index + 1
        if wrapper.needs_dashes:
            return None
    return _after_skipped(name, wrapper, words, here)


def _after_skipped(name: str, wrapper: Wrapper, words: Words, here: int) -> int:
    skip = wrapper.skip
    while here < len(words):
        text = words[here].text
        if text == "--":
            return here + 1
        if text.startswith("-") and len(text) > 1:
            here += 2 if text in wrapper.values else 1
        elif skip or (name == "retry" and text.rstrip("smh").isdigit()):
            skip = max(0, skip - 1)
            here += 1
        else:
            break
    return here


def _after_options(words: Words, here: int, values: frozenset[str]) -> int:
    """The index of the first word that is no option, nor the value of one."""
    while here < len(words) and words[here].text.startswith("-"):
        here += 2 if words[here].text in values else 1
    return here


# Programs that need more than a table. Each answers True where the command is replaced by what it runs, False where it also stands for
# itself, and None where it is not called in its special way.


def _shell(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    del env
    previous = ""
    for index, word in enumerate(words[1:], 1):
        text = word.text
        if text.startswith("-") and not text.startswith("--") and text.endswith("c"):
            found.bodies.extend((body, "sh") for body in words[index + 1 : index + 2])
            break
        if not text.startswith("-") and not previous.lower().endswith("o"):
            break
        previous = text
    return False


def _powershell(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    for index, word in enumerate(words[1:], 1):
        if word.text.lower() in {"-command", "-c", "/c", "-com"}:
            _code(words[index + 1 :], env, found, "powershell")
            break
    return False


def _cmd(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    for index, word in enumerate(words[1:], 1):
        if word.text.lower() in {"/c", "/k"}:
            _code(words[index + 1 :], env, found, "batch")
            break
    return False


def _code(words: Words, env: Mapping[str, str], found: Unwrapped, dialect: str) -> None:
    """Words handed to an interpreter: one is a text of code, several are a command."""
    if len(words) == 1 and (words[0].quoted or " " in words[0].text):
        found.bodies.append((words[0], dialect))
    elif words:
        found.todo.append((words, env))


def _eval(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    if len(words) == 2 and words[1].quoted:
        found.bodies.append((words[1], "sh"))
        return False
    found.todo.append((words[1:], env))
    return True


def _iex(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    del env
    found.bodies.extend((word, "powershell") for word in words[1:20] if word.quoted)
    return False


def _trap(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    del env
    here = 2 if len(words) > 1 and words[1].text == "--" else 1
    found.bodies.extend((word, "sh") for word in words[here : here + 1] if word.text != "-")
    return False


def _su(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    del env
    for index, word in enumerate(words[:-1]):
        if word.text in {"-c", "--command", "-lc", "--run"}:
            found.bodies.append((words[index + 1], "sh"))
    return False


def _ssh(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    host = _after_options(words, 1, SSH_VALUES)
    _code(words[_after_options(words, host + 1, SSH_VALUES) :], env, found, "sh")
    return False


def _find(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    start = 0
    for index, word in enumerate(words):
        if start and word.text in {";", "+"}:
            found.todo.append((words[start:index], env))
            start = 0
        elif not start and word.text in {"-exec", "-execdir", "-ok", "-okdir"}:
            start = index + 1
    if 0 < start < len(words):
        found.todo.append((words[start:], env))
    return False


def _nix(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    verb = words[1].text if len(words) > 1 else ""
    if verb == "run" and len(words) > 2:
        here = _after_options(words, 2, frozenset())
        for word in words[here : here + 1]:
            name = word.text.rpartition("#")[2].rpartition(".")[2]
            rest = words[here + 1 :]
            rest = rest[1:] if rest and rest[0].text == "--" else rest
            found.todo.append(((renamed(word, name), *rest), env))
        return True
    for index, word in enumerate(words):
        if word.text in {"-c", "--command"}:
            found.todo.append((words[index + 1 :], env))
            return True
    return None


def _script(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    """`npm run cdk -- deploy` and `yarn cdk deploy` run the program of that name."""
    runner = tool_name(words[0].text)
    here = _after_options(words, 1, WRAPPERS[runner].values)
    if here >= len(words):
        return None
    if words[here].text in {"run", "run-script"}:
        here = _after_options(words, here + 1, WRAPPERS[runner].values)
    elif runner == "npm" or words[here].text in SCRIPT_RUNNERS[runner]:
        return None
    rest = words[here + 1 :]
    rest = rest[1:] if rest and rest[0].text == "--" else rest
    if here >= len(words) or not rest:
        return False
    found.todo.append(((words[here], *rest), env))
    return True


def _start_process(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    taken: list[Word] = []
    skip = False
    for word in words[1:]:
        option = word.text.lower() if word.text.startswith("-") and not word.quoted else ""
        if option:
            skip = option not in {"-filepath", "-argumentlist", "-args", "-wait", "-nonewwindow", "-passthru"}
        elif skip:
            skip = False
        elif taken:
            taken.extend(renamed(word, piece) for piece in word.text.split())
        else:
            taken.append(word)
    if taken:
        found.todo.append((tuple(taken), env))
    return False


def _container(words: Words, env: Mapping[str, str], found: Unwrapped) -> bool | None:
    """`docker run IMAGE …`, `docker exec CONTAINER …`, `docker compose run SERVICE …`."""
    here = _after_options(words, 1, VALUE_OPTIONS["docker"] | VALUE_OPTIONS["docker-compose"])
    if here < len(words) and words[here].text in {"compose", "container"}:
        here = _after_options(words, here + 1, VALUE_OPTIONS["docker-compose"])
    if here >= len(words) or words[here].text not in {"run", "exec", "create"}:
        return False
    running = words[here].text != "exec"
    here += 1
    entry: Word | None = None
    while here < len(words) and words[here].text.startswith("-"):
        name, equals, value = words[here].text.partition("=")
        if name == "--entrypoint":
            entry = renamed(words[here], value) if equals else (words[here + 1] if here + 1 < len(words) else None)
        here += 1 if equals or _is_flag(name) else 2
    if here < len(words):
        inner = _inside(words[here], words[here + 1 :], entry, running=running)
        if inner:
            found.todo.append((inner, env))
    return False


def _is_flag(option: str) -> bool:
    if option in CONTAINER_FLAGS or option == "--":
        return True
    if option.startswith("--") or len(option) <= 2:
        return False
    return not (set(option[1:-1]) <= set("ditTPq") and option[-1] in "evpuwlhm")


def _inside(image: Word, rest: Words, entry: Word | None, *, running: bool) -> Words:
    """The command that a container runs."""
    if entry is not None:
        return (entry, *rest) if entry.text else rest
    if not running:
        return rest
    repository = image.text.partition("@")[0]
    folder, _, last = repository.rpartition("/")
    repository = f"{folder}/{last.partition(':')[0]}".lstrip("/")
    tool = next((tool for end, tool in IMAGES.items() if ("/" + repository).endswith("/" + end)), None)
    base = repository.rpartition("/")[2]
    tool = tool or (base if base in TOOLS else None)
    if tool is None or (rest and (tool_name(rest[0].text) in TOOLS or tool_name(rest[0].text) in SHELLS)):
        return rest
    return (renamed(image, tool), *rest)


_Special = Callable[[Words, Mapping[str, str], Unwrapped], bool | None]
_SPECIAL: Mapping[str, _Special] = {
    **dict.fromkeys(SHELLS, _shell),
    **dict.fromkeys(POWERSHELLS, _powershell),
    **dict.fromkeys(CONTAINER_ENGINES, _container),
    **dict.fromkeys(SCRIPT_RUNNERS, _script),
    "cmd": _cmd,
    "eval": _eval,
    "iex": _iex,
    "invoke-expression": _iex,
    "start-process": _start_process,
    "trap": _trap,
    "su": _su,
    "nix-shell": _su,
    "nix": _nix,
    "ssh": _ssh,
    "find": _find,
}
