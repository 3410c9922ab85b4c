"""What the shell reader says would run, where it stands, and which code it hands on."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Reading, Span
from scanner.read.shell import MAX_NESTING, Dialect, read


def commands(text: str, dialect: Dialect = "sh") -> list[dict[str, Any]]:
    return list(read(text, dialect).documents[0].data["commands"])


def lines_of(text: str, dialect: Dialect = "sh") -> list[str]:
    return [command["line"] for command in commands(text, dialect)]


def shown(text: str, span: Span) -> str:
    rows = text.split("\n")[span.line - 1 : span.end_line]
    rows[-1] = rows[-1][: span.end_column - 1]
    rows[0] = rows[0][span.column - 1 :]
    return "\n".join(rows)


def evidence(text: str, tool: str, dialect: Dialect = "sh") -> str:
    reading = read(text, dialect)
    document = reading.documents[0]
    index = next(index for index, command in enumerate(document.data["commands"]) if command["tool"] == tool)
    return shown(text, document.span_of(("commands", index)))


def test_a_command_is_described_in_full() -> None:
    (command,) = commands("AWS_PROFILE=prod TF_LOG=1 /usr/local/bin/terraform -chdir=infra  apply \\\n  -auto-approve 'a b'\n")
    assert command == {
        "tool": "terraform",
        "line": "terraform -chdir=infra apply -auto-approve a b",
        "plain": "terraform apply a b",
        "args": ["-chdir=infra", "apply", "-auto-approve", "a b"],
        "words": ["/usr/local/bin/terraform", "-chdir=infra", "apply", "-auto-approve", "a b"],
        "env": {"AWS_PROFILE": "prod"},
        "stdin": None,
        "guarded": False,
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sudo -u root env A=1 timeout -k 5 30 terraform apply", "terraform apply"),
        ("time nice -n 5 nohup terraform apply &", "terraform apply"),
        ("exec command terraform apply", "terraform apply"),
        ("npx --yes -p aws-cdk cdk deploy", "cdk deploy"),
        ("npx aws-cdk@2.100 deploy", "aws-cdk deploy"),
        ("npm exec -- cdk deploy", "cdk deploy"),
        ("npm run cdk -- deploy", "cdk deploy"),
        ("yarn cdk deploy", "cdk deploy"),
        ("pnpm dlx sst deploy", "sst deploy"),
        ("bun x sst deploy", "sst deploy"),
        ("npm run deploy", "npm run deploy"),
        ("yarn install --frozen-lockfile", "yarn install --frozen-lockfile"),
        ("uv run --with boto3 ansible-playbook site.yml", "ansible-playbook site.yml"),
        ("poetry run pulumi up", "pulumi up"),
        ("bundle exec kitchen converge", "kitchen converge"),
        ("go run example.com/cmd/terraform@latest apply", "terraform apply"),
        ("mise exec terraform@1 -- terraform apply", "terraform apply"),
        ("aws-vault exec prod -- terraform apply", "terraform apply"),
        ("chamber exec app db -- terraform apply", "terraform apply"),
        ("doppler run --project x -- pulumi up", "pulumi up"),
        ("op run --env-file=.env -- pulumi up", "pulumi up"),
        ("direnv exec infra terraform apply", "terraform apply"),
        ("dotenv -e .env -- sst deploy", "sst deploy"),
        ("tsh kubectl apply -f x", "kubectl apply -f x"),
        ("nix run nixpkgs#terraform -- apply", "terraform apply"),
        ("nix shell nixpkgs#terraform -c terraform apply", "terraform apply"),
        ("retry 5 terraform apply", "terraform apply"),
        ("cat list | xargs -n 1 kubectl delete pod", "kubectl delete pod"),
        ("find . -name x -exec kubectl apply -f {} \\;", "kubectl apply -f {}"),
        ("docker run --rm -it -v $PWD:/w -e A=b hashicorp/terraform:1.5 apply", "terraform apply"),
        ("docker run registry.example:5000/bitnami/kubectl@sha256:00 delete pod x", "kubectl delete pod x"),
        ("docker run --entrypoint helm x/tools upgrade a b", "helm upgrade a b"),
        ("docker run google/cloud-sdk gcloud run deploy", "gcloud run deploy"),
        ("docker compose -f a.yml run --rm terraform apply", "terraform apply"),
        ("bash -euo pipefail -c 'cd x && terraform apply'", "terraform apply"),
        ('bash -lc "terraform apply -var \\"a=b\\""', "terraform apply -var a=b"),
        ("ssh -i key -p 22 me@host 'sudo kubectl drain n'", "kubectl drain n"),
        ("ssh host kubectl drain n", "kubectl drain n"),
        ("eval 'terraform apply'", "terraform apply"),
        ('eval "$TERRAFORM" apply \\\'a', "terraform apply 'a"),
        ("trap 'terraform destroy' EXIT", "terraform destroy"),
        ("su - deploy -c 'terraform apply'", "terraform apply"),
        ("sops exec-env f.yaml 'terraform apply'", "terraform apply"),
        ("${TERRAFORM:-terraform} apply", "terraform apply"),
        ("$TF_BIN apply", "terraform apply"),
        ('"${KUBECTL}" apply -f x', "kubectl apply -f x"),
        ('TOOL="${TOOL:-terraform}"\n$TOOL apply', "terraform apply"),
        ("TERRAFORM=$TERRAFORM\n$TERRAFORM apply", "terraform apply"),
        ("$DRY_RUN terraform apply", "terraform apply"),
        ("$(which terraform) apply", "terraform apply"),
        ("./bin/terraform apply", "terraform apply"),
        ("MINE=kubectl\n$MINE apply -f x", "kubectl apply -f x"),
        ('CMD=(kubectl --context "a b")\n"${CMD[@]}" apply', "kubectl --context a b apply"),
        ("alias x=kubectl\nx apply", "kubectl apply"),
        ("terra\\\nform apply", "terraform apply"),
        ("'terraform' \"apply\"", "terraform apply"),
        ("$'terraform' apply", "terraform apply"),
    ],
)
def test_wrappers_variables_and_containers_are_taken_off(text: str, line: str) -> None:
    assert line in lines_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "if terraform apply; then :; fi",
        "while ! terraform apply; do sleep 1; done",
        "a && { terraform apply; } || b",
        "(cd x; terraform apply)",
        "((cd x && true); terraform apply)",
        "deploy() { terraform apply; }",
        "function deploy { terraform apply; }",
        "case $1 in a|b) terraform apply;; esac",
        "case $1 in\n  (a) : ;;\n  *)\n terraform apply\n ;;\nesac",
        'x="a $(terraform apply) b"',
        "x=`terraform apply`",
        "diff <(terraform apply) x",
        "for x in a b; do terraform apply; done",
        "for ((i=0; i<3; i++)); do terraform apply; done",
        "[[ $x =~ ^(a|b)$ && -n y ]] && terraform apply",
        "echo ${x:-'}'}; terraform apply",
        "cat <<EOF\n$(terraform apply)\nEOF",
        "terraform apply # destroy",
        "coproc terraform apply",
        "{{ if .X }}\nterraform apply\n{{ end }}",
    ],
)
def test_a_command_is_found_wherever_the_grammar_puts_it(text: str) -> None:
    assert "terraform apply" in lines_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "# terraform apply",
        "echo 'then terraform apply'",
        'printf "%s; terraform apply"',
        "echo run terraform apply",
        "cat <<'EOF'\nterraform apply\nEOF",
        "cat <<EOF > notes.txt\n  terraform apply\nEOF",
        "command -v terraform",
        "X=(terraform apply)",
        "for terraform in apply; do :; done",
        "case terraform in apply) : ;; esac",
    ],
)
def test_what_does_not_run_is_no_command(text: str) -> None:
    assert not [command for command in commands(text) if command["tool"] == "terraform"]


def test_global_options_and_their_values_leave_the_plain_form() -> None:
    plain = [command["plain"] for command in commands("kubectl -n a --context b apply -f x\naws --region r --profile p s3 mb s3://b")]
    assert plain == ["kubectl apply x", "aws s3 mb s3://b"]


def test_standard_input_and_a_discarded_failure_are_said() -> None:
    found = commands("cat x | kubectl apply -f - || true\nkubectl apply -f - <<E || :\na\nE\n(date) | tee x\n")
    by_line = {command["line"]: (command["stdin"], command["guarded"]) for command in found}
    assert by_line["cat x"] == (None, True)
    assert by_line["tee x"] == ("pipe", False)
    kubectl = [(command["stdin"], command["guarded"]) for command in found if command["tool"] == "kubectl"]
    assert kubectl == [("pipe", True), ("heredoc", True)]


def test_the_region_starts_at_the_tool_and_ends_with_the_command() -> None:
    text = "# x\nif true; then\n  sudo A=b \\\n    terraform apply \\\n      -y > out; fi\n"
    assert evidence(text, "terraform") == "terraform apply \\\n      -y > out"


def test_regions_inside_code_strings_are_those_of_the_file() -> None:
    text = 'true\nssh host "cd x\n  kubectl apply -f \\"a b\\" && helm ls"\n'
    assert evidence(text, "kubectl") == 'kubectl apply -f \\"a b\\"'
    assert evidence(text, "helm") == "helm ls"


def test_single_words_have_regions() -> None:
    text = "terraform apply 'a b'"
    span_of = read(text).documents[0].span_of
    assert shown(text, span_of(("commands", 0, "args", 1))) == "'a b'"
    assert shown(text, span_of(("commands", 0, "words", 1))) == "apply"
    assert shown(text, span_of(("commands", 7))) == text


def fragment(reading: Reading) -> tuple[str, int, int, int, str | None, str | None]:
    (found,) = reading.fragments
    return found.text, found.line, found.column, found.indent, found.format, found.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kubectl apply -f - <<EOF\nkind: Pod\nEOF\n", ("kind: Pod\n", 2, 1, 0, None, None)),
        ("cat > \"$D/main.tf\" <<'EOF'\na {}\nEOF\n", ("a {}\n", 2, 1, 0, None, "main.tf")),
        ("sudo tee /etc/x.yaml <<EOF >/dev/null\na: 1\nEOF\n", ("a: 1\n", 2, 1, 0, None, "/etc/x.yaml")),
        ("cat <<EOF | envsubst | kubectl apply -f -\na: 1\nEOF\n", ("a: 1\n", 2, 1, 0, None, None)),
        ("bash <<'EOF'\nterraform apply\nEOF\n", ("terraform apply\n", 2, 1, 0, "shell", None)),
        ("ssh host bash -s -- x <<EOF\nterraform apply\nEOF\n", ("terraform apply\n", 2, 1, 0, "shell", None)),
        ("ssh host <<EOF\nterraform apply\nEOF\n", ("terraform apply\n", 2, 1, 0, "shell", None)),
        ("python3 - <<EOF\nprint()\nEOF\n", ("print()\n", 2, 1, 0, "python", None)),
        ("if x; then\n\tcat <<-E >a.yaml\n\t\ta:\n\t\t  b\n\tE\nfi\n", ("a:\n  b\n", 3, 3, 2, None, "a.yaml")),
        ("cat <<EOF >x\n\\${a} \\`\nEOF\n", ("${a} `\n", 2, 1, 0, None, "x")),
        ("kubectl apply -f - <<< 'a: 1\nb: 2'\n", ("a: 1\nb: 2", 1, 25, 0, None, None)),
        ("echo 'a: 1\nb: 2' | kubectl apply -f -\n", ("a: 1\nb: 2", 1, 7, 0, None, None)),
        ('echo \'{"kind": "Pod"}\' > x.json\n', ('{"kind": "Pod"}', 1, 7, 0, None, "x.json")),
        ("printf 'a: 1\\nb: 2\\n' > x.yaml\n", ("a: 1\nb: 2\n", 1, 9, 0, None, "x.yaml")),
        ('aws iam put --policy \'{"Version": "x"}\'\n', ('{"Version": "x"}', 1, 23, 0, None, None)),
        ("python -c 'import a\na.b()'\n", ("import a\na.b()", 1, 12, 0, "python", None)),
    ],
)
def test_code_for_something_else_becomes_a_fragment(text: str, expected: tuple[str, int, int, int, str | None, str | None]) -> None:
    assert fragment(read(text)) == expected


def test_words_for_people_are_no_fragment() -> None:
    assert read("echo 'a\nb'\nawk '{\n print }' x\nbash -c 'a\nb'\n").fragments == ()


def test_several_here_documents_of_one_line_follow_each_other() -> None:
    reading = read("a <<A 3<<B\none\nA\ntwo\nB\nterraform apply\n")
    assert [(found.text, found.line) for found in reading.fragments] == [("one\n", 2), ("two\n", 4)]
    assert reading.documents[0].data["commands"][-1]["line"] == "terraform apply"


def test_comments_are_blanked_and_hashes_in_words_are_not() -> None:
    text = "a#b '# c' ${#x} # d\n# e\n"
    assert read(text).text == "a#b '# c' ${#x}    \n   \n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('x\necho "a\nterraform apply\n', "double quote on line 2"),
        ("echo 'a\nterraform apply\n", "single quote on line 1"),
        ("echo ${a\nterraform apply\n", "parameter expansion on line 1"),
        ("[[ a\nterraform apply\n", "test on line 1"),
        ("x=(\nterraform apply\n", "array on line 1"),
    ],
)
def test_what_never_closes_is_a_problem_and_reading_goes_on_behind_it(text: str, says: str) -> None:
    reading = read(text)
    assert any(says in problem for problem in reading.problems)
    assert "terraform apply" in [command["line"] for command in reading.documents[0].data["commands"]]


def test_a_here_document_without_end_is_a_problem() -> None:
    assert any("here-document" in problem for problem in read("cat <<EOF\nx\n").problems)


@pytest.mark.parametrize(
    "text",
    [
        "$(" * 25_000,
        '"$(' * 12_000,
        '`"' * 12_001,
        "((" * 12_000,
        "${" * 25_000,
        "$'" + "\\n" * 25_000,
        "foo <<A " * 2_000 + "\n" * 2_000,
        "case x in " * 5_000,
        "sudo " * 12_000,
        "mise x " * 7_000,
        "docker run " * 5_000,
        "x" * 1_1_000,
        "x=(" * 7_000,
        "@()" * 7_000,
    ],
)
@pytest.mark.parametrize("dialect", ["sh", "powershell", "batch"])
def test_hostile_text_is_read_to_the_end(text: str, dialect: Dialect) -> None:
    assert len(read(text, dialect).text) == len(text)


def test_too_deep_nesting_is_a_problem() -> None:
    assert any("400 levels" in problem for problem in read("$(" * 1000).problems)
    code = "terraform apply"
    for _ in range(MAX_NESTING + 2):
        code = "bash -c " + shlex.quote(code)
    assert any("levels deep" in problem for problem in read(code).problems)


def test_powershell() -> None:
    text = (
        "# terraform a\n<# terraform b #>\n$tf = 'terraform'\n& $tf apply `\n  -auto-approve\n"
        'if ($x -eq "terraform") { Write-Host "terraform c" } else { kubectl apply -f x }\n'
        'Start-Process -FilePath "terraform.exe" -ArgumentList "destroy","-auto-approve" -Wait\n'
        '$o = "$(helm ls)"\n& "C:\\tools\\pulumi.exe" up\nInvoke-Expression "sst deploy"\n'
    )
    assert [line for line in lines_of(text, "powershell") if not line.startswith(("Start-", "Invoke-", "Write-"))] == [
        "terraform apply -auto-approve",
        "kubectl apply -f x",
        "terraform destroy -auto-approve",
        "helm ls",
        "pulumi up",
        "sst deploy",
    ]
    assert evidence(text, "kubectl", "powershell") == "kubectl apply -f x"


def test_a_powershell_here_string_that_is_piped_is_a_fragment() -> None:
    assert fragment(read("@'\na: 1\nb: 2\n'@ | kubectl apply -f -\n", "powershell")) == ("a: 1\nb: 2\n", 2, 1, 0, None, None)


def test_batch() -> None:
    text = (
        "@echo off\r\nREM terraform a\r\n:: terraform b\r\nset TF=terraform.exe\r\n:label\r\n"
        "if exist x (%TF% apply ^\r\n  -auto-approve) else kubectl apply\r\n"
        'for %%i in (a b) do helm upgrade %%i\r\nstart "t" /wait pulumi up\r\ncall sst deploy & cmd /c "eb deploy"\r\n'
    )
    assert [line for line in lines_of(text, "batch") if line.split()[0] in {"terraform", "kubectl", "helm", "pulumi", "sst", "eb"}] == [
        "terraform apply -auto-approve",
        "kubectl apply",
        "helm upgrade %%i",
        "pulumi up",
        "sst deploy",
        "eb deploy",
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20), max_size=6))
def test_quoted_words_come_back(words: list[str]) -> None:
    text = "tool " + " ".join(map(shlex.quote, words))
    command = commands(text)[0]
    assert command["args"] == words


@given(st.text(alphabet="ab'\"`$(){}[]<>|&;#\\\n\t =EOF-@", max_size=60), st.sampled_from(("sh", "powershell", "batch")))
def test_any_text_gives_regions_inside_of_it(text: str, dialect: Dialect) -> None:
    reading = read(text, dialect)
    rows = text.split("\n")
    assert [len(row) for row in reading.text.split("\n")] == [len(row) for row in rows]
    document = reading.documents[0]
    for index in range(len(document.data["commands"])):
        span = document.span_of(("commands", index))
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column) <= (len(rows), len(rows[-1]) + 1)
        assert span.column <= len(rows[span.line - 1]) + 1
    for found in reading.fragments:
        assert 1 <= found.line <= len(rows)


def test_a_test_that_ends_with_the_text_is_closed() -> None:
    reading = read('eval "[[ -n x ]]" || unset x\n[[ -n y ]]')
    assert reading.problems == ()


def test_escaped_parentheses_in_a_pattern_need_no_partner() -> None:
    reading = read("if [[ $l =~ ^d\\ +\\(\\(([A-Z]+)\\)((0x)?[0-9]+)L?\\) ]]; then kubectl apply -f x; fi\n")
    assert reading.problems == ()
    assert [command["line"] for command in reading.documents[0].data["commands"]] == ["kubectl apply -f x"]


def test_a_dialect_is_the_format_of_its_reading() -> None:
    assert read("kubectl apply -f x", dialect="powershell").format == "powershell"
