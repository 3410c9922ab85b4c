"""Inputs built to hurt: each makes, for a size in bytes, the files of a small tree."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from measuring import patterns

Tree = Mapping[str, bytes]
Make = Callable[[int], Tree]

_POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{0}}}\nspec:\n  containers: [{{name: c, image: 'nginx:1'}}]\n"
_RESOURCE = 'resource "aws_instance" "r{0}" {{\n  ami = "ami-0abc"\n  instance_type = "t3.micro"\n}}\n'
_TOKEN = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3z" + "A1"
_STEPS = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
_JOB = "  j{0}:\n    runs-on: ubuntu-latest\n    steps: [{{run: terraform apply}}]\n"
_POLICY = '{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*"}}]}}'
_ITEM = "  - {{apiVersion: v1, kind: Pod, metadata: {{name: p{0}}}}}\n"
_JAVA = "import software.amazon.awscdk.*;\nclass A extends Stack { void f() {\n"
_CSHARP = "using Amazon.CDK.AWS.EC2;\nclass A : Stack { void F() {\n"
_THREE_PARTS = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U\n"
_WORDS = "apiVersion: apps/v1 kind: Deployment AWSTemplateFormatVersion Resources resource terraform kubectl apply -f x docker run "


def numbered(piece: str, size: int) -> str:
    """`piece` formatted with 0, 1, 2 … as often as `size` bytes hold."""
    return "".join(piece.format(number) for number in range(max(1, size // len(piece.format(10_000)))))


def repeated(piece: str, size: int) -> str:
    """`piece` as often as `size` bytes hold."""
    return piece * max(1, size // len(piece.encode()))


def _random_token(number: int) -> str:
    return f"ghp_{number * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**144:036x}"


def _one(path: str, make: Callable[[int], str]) -> Make:
    return lambda size: {path: make(size).encode()}


def _again(path: str, piece: str, head: str = "", tail: str = "") -> Make:
    return _one(path, lambda size: head + repeated(piece, size) + tail)


def _counted(path: str, piece: str, head: str = "", tail: str = "") -> Make:
    return _one(path, lambda size: head + numbered(piece, size) + tail)


def _nested(path: str, opening: str, closing: str, head: str = "", middle: str = "x", tail: str = "") -> Make:  # noqa: PLR0917
    def make(size: int) -> str:
        depth = size // len(opening + closing)
        return head + opening * depth + middle + closing * depth + tail

    return _one(path, make)


def _stairs(path: str, head: str, step: str, unit: str = " ") -> Make:
    """Blocks indented one deeper a line, whose size grows with the square of their depth."""

    def make(size: int) -> str:
        depth = int((2 * size) ** 0.5)
        return head + "".join(f"{unit * level}{step.format(level)}\n" for level in range(depth))

    return _one(path, make)


def _notebook(size: int) -> str:
    cell: dict[str, object] = {
        "cell_type": "code",
        "source": ["!kubectl apply -f x.yaml\n", "y = 1\n"],
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    count = max(1, size // len(json.dumps(cell)))
    return json.dumps({"cells": [cell] * count, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5})


def _aliases(size: int) -> str:
    """Each line doubles the one before: a document whose aliases, written out, would fill any memory."""
    lines = ["apiVersion: v1", "kind: Pod", "a0: &a0 [x, x]"]
    lines += [f"a{number}: &a{number} [*a{number - 1}, *a{number - 1}]" for number in range(1, max(2, size // 24))]
    return "\n".join(lines) + "\n"


def _merges(size: int) -> str:
    """A mapping of many keys that many others merge."""
    count = size // 24
    return "kind: Pod\napiVersion: v1\nbase: &b\n" + numbered("  key{0}: 1\n", size // 2) + numbered("m{0}: {{<<: *b}}\n", count * 12)


def _folder(size: int) -> Tree:
    return {f"flat/file{number}.txt": b"plain words\n" for number in range(size // 80)}


def _folder_of_values(size: int) -> Tree:
    return {f"flat/values{number}.yaml": b"replicaCount: 1\nimage: {repository: a, tag: b}\n" for number in range(size // 400)}


def _manifests(size: int) -> Tree:
    return {f"d{number % 50}/pod{number}.yaml": _POD.format(number).encode() for number in range(size // 400)}


def almost(pattern: str) -> str | None:
    """A text that a pattern would match but for its last character; None for one that is beyond this small generator."""
    import re._parser as parser  # type: ignore[import-not-found]  # noqa: PLC0415

    try:
        text = _sample(parser.parse(pattern.replace("\\z", "\\Z").replace("\\pL", "a")))
    except (ValueError, KeyError, OverflowError):
        return None
    return text[:-1] if text else None


def _sample(parsed: object) -> str:
    """A shortest text for a parsed regular expression, its repetitions at least as long as they must be."""
    out: list[str] = []
    for op, argument in parsed:  # type: ignore[attr-defined]
        name = str(op)
        if name == "LITERAL":
            out.append(chr(argument))
        elif name == "NOT_LITERAL":
            out.append("a" if argument != ord("a") else "b")
        elif name == "ANY":
            out.append("a")
        elif name == "IN":
            out.append(_member(argument))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, _high, inner = argument
            out.append(_sample(inner) * low)
        elif name == "SUBPATTERN":
            out.append(_sample(argument[-1]))
        elif name == "BRANCH":
            out.append(_sample(argument[1][0]))
        elif name == "CATEGORY":
            out.append({"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " "}.get(str(argument), "w"))
    return "".join(out)


def _member(members: list[tuple[object, object]]) -> str:
    """One character of a class."""
    negated = str(members[0][0]) == "NEGATE"
    if negated:
        return "Z"
    op, argument = members[-1]
    if str(op) == "RANGE" and isinstance(argument, tuple):
        return chr(argument[0] + 1 if argument[1] > argument[0] else argument[0])
    if str(op) == "CATEGORY":
        return {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " "}.get(str(argument), "w")
    return chr(argument) if isinstance(argument, int) else "a"


def _almost_secrets(size: int) -> str:
    rows = [text for name, pattern in patterns().items() if name.startswith("secret-") and (text := almost(pattern))]
    return repeated("\n".join(rows) + "\n", size)


def _almost_hints(size: int) -> str:
    rows = [text for name, pattern in patterns().items() if not name.startswith("secret-") and (text := almost(pattern))]
    return repeated("\n".join(rows) + "\n", size)


def _all_hints(size: int) -> str:
    rows = [f"{text}" for name, pattern in patterns().items() if not name.startswith("secret-") and (text := almost(f"{pattern}."))]
    return repeated("\n".join(rows) + "\n", size)


_NAMES = (
    *("text.txt", "a.yaml", "a.json", "main.tf", "run.sh", "run.ps1", "run.bat", "Dockerfile", "Makefile", "justfile", "a.toml", "a.ini"),
    *("README.md", "a.adoc", "a.rst", "a.py", "a.ts", "a.js", "a.go", "A.java", "A.cs", "Jenkinsfile", "a.conf", "a.properties", "a.rb"),
)
ONE_LINE = {f"one line: {name}": _again(name, _WORDS) for name in _NAMES}
MANY_LINES = {f"short lines: {name}": _again(name, _WORDS[:9] + "\nterraform\n{\nx\n") for name in _NAMES}
HINTS = {f"all hints: {name}": _one(name, _all_hints) for name in ("text.txt", "a.yaml", "a.md", "a.py", "run.sh", "main.tf", "a.ini")}

DEEP: Mapping[str, Make] = {
    "deep yaml flow": _nested("a.yaml", "[", "]", "apiVersion: v1\nkind: Pod\na: "),
    "deep yaml maps": _nested("a.yaml", "{a: ", "}", "apiVersion: v1\nkind: Pod\na: "),
    "deep yaml dashes": _nested("a.yaml", "- ", "", "apiVersion: v1\nkind: Pod\na:\n "),
    "deep yaml blocks": _stairs("a.yaml", "apiVersion: v1\nkind: Pod\n", "k{0}:"),
    "deep template outline": _stairs("a.yaml", "{{ if x }}\napiVersion: v1\nkind: Pod\n{{ end }}\n", "k{0}:"),
    "deep json arrays": _nested("a.json", "[", "]", '{"apiVersion": "v1", "kind": "Pod", "x": ', "1", "}"),
    "deep json open": _nested("a.json", "[", "", '{"apiVersion": "v1", "kind": "Pod", "x": '),
    "deep json objects": _nested("a.json", '{"a": ', "}", '{"apiVersion": "v1", "kind": "Pod", "x": ', "1", "}"),
    "deep jsonc": _nested("a.json", '{"a": ', "}", '// c\n{"apiVersion": "v1", "kind": "Pod", "x": ', "1", "}"),
    "deep hcl blocks": _nested("main.tf", "a {\n", "}\n", 'resource "aws_instance" "x" {\n', "y = 1\n", "}\n"),
    "deep hcl lists": _nested("main.tf", "[", "]", 'resource "aws_instance" "x" {\n a = ', "1", "\n}\n"),
    "deep hcl objects": _nested("main.tf", "{ a = ", "}", 'resource "aws_instance" "x" {\n a = ', "1", "\n}\n"),
    "deep hcl templates": _nested("main.tf", '"${', '}"', 'resource "aws_instance" "x" {\n a = ', "b", "\n}\n"),
    "deep hcl calls": _nested("main.tf", "f(", ")", 'resource "aws_instance" "x" {\n a = ', "b", "\n}\n"),
    "deep hcl open": _nested("main.tf", 'resource "aws_instance" "x" {\n a = [\n', ""),
    "deep toml arrays": _nested("a.toml", "[", "]", "[tool.terraform]\nx = ", "1", "\n"),
    "deep toml keys": _nested("a.toml", "a.", "", "", "b = 1\n[terraform]\n"),
    "deep shell $(": _nested("run.sh", "$(", ")", "terraform apply\n", "x", "\n"),
    "deep shell open": _nested("run.sh", "$(", "", "terraform apply\n"),
    "deep shell ((": _nested("run.sh", "(", ")", "terraform apply\n", "x", "\n"),
    "deep shell if": _nested("run.sh", "if x; then\n", "fi\n", "terraform apply\n", "y\n"),
    "deep shell backticks": _again("run.sh", "`x `", "terraform apply\n"),
    "deep shell quotes": _nested("run.sh", '"$(', ')"', "terraform apply\n", "x", "\n"),
    "deep shell -c": _nested("run.sh", "bash -c '", "'", "terraform apply\n", "x", "\n"),
    "deep sudo": _again("run.sh", "sudo ", "terraform apply\n", "terraform apply\n"),
    "deep powershell": _nested("run.ps1", "{ (", ") }", "terraform apply\n", "x", "\n"),
    "deep powershell $(": _nested("run.ps1", '"$(', ')"', "terraform apply\n", "x", "\n"),
    "deep batch": _nested("run.bat", "if x (\n", ")\n", "terraform apply\n", "y\n"),
    "deep python": _nested("a.py", "(", ")", "import boto3\nx = ", "1", "\nboto3.client('ec2').run_instances()\n"),
    "deep python calls": _nested("a.py", "f(", ")", "import boto3\nx = ", "1", "\nboto3.client('ec2').run_instances()\n"),
    "deep python +": _again("a.py", "a + ", "import boto3\nx = ", "1\nboto3.client('ec2').run_instances()\n"),
    "deep python attributes": _again("a.py", ".a", "import boto3\nx = b", "\nboto3.client('ec2').run_instances()\n"),
    "deep python chain": _again("a.py", ".a()", "import boto3\nx = b", "\nboto3.client('ec2').run_instances()\n"),
    "deep ts": _nested("a.ts", "(", ")", "import * as ec2 from 'aws-cdk-lib/aws-ec2';\nconst x = ", "1", ";\nnew ec2.Vpc(this, 'v');\n"),
    "deep ts chain": _again("a.ts", ".a()", "import * as ec2 from 'aws-cdk-lib/aws-ec2';\nconst x = b", ";\nnew ec2.Vpc(this, 'v');\n"),
    "deep ts blocks": _nested("a.ts", "{", "}", "import * as ec2 from 'aws-cdk-lib/aws-ec2';\n", "x", "\nnew ec2.Vpc(this, 'v');\n"),
    "deep go": _nested("a.go", "{", "}", 'package a\nimport "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"\nvar x = a', "1", "\n"),
    "deep java": _nested("A.java", "{", "}", "import software.amazon.awscdk.Stack;\nclass A extends Stack ", "", "\n"),
    "deep csharp": _nested("A.cs", "{", "}", "using Amazon.CDK;\nclass A : Stack ", "", "\n"),
    "deep quotes in markdown": _nested("README.md", "> ", "", "# kubectl\n", "```sh\nkubectl apply -f x\n```\n"),
    "deep lists in markdown": _stairs("README.md", "# kubectl apply -f x\n", "- a{0}", "  "),
    "deep make $(": _nested("Makefile", "$(a ", ")", "all:\n\tterraform apply\nx = ", "b", "\n"),
    "deep make shell": _nested("Makefile", "$(shell ", ")", "all:\n\tterraform apply\nx = ", "b", "\n"),
    "deep notebook": _nested("a.ipynb", "[", "]", '{"cells": ', "", ', "x": "kubectl apply -f x"}'),
}

MANY: Mapping[str, Make] = {
    "10,000 documents": _counted("a.yaml", _POD + "---\n"),
    "one document, many items": _counted("a.yaml", _ITEM, "kind: List\napiVersion: v1\nitems:\n"),
    "cloudformation, many resources": _counted(
        "t.yaml", "  R{0}:\n    Type: AWS::S3::Bucket\n", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n"
    ),
    "cloudformation json": _one(
        "t.json",
        lambda size: json.dumps(
            {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {f"R{n}": {"Type": "AWS::EC2::Instance"} for n in range(size // 40)}},
            indent=1,
        ),
    ),
    "cloudformation json on one line": _one(
        "t.json",
        lambda size: json.dumps(
            {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {f"R{n}": {"Type": "AWS::EC2::Instance"} for n in range(size // 40)}}
        ),
    ),
    "json lines": _again("a.json", '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}\n'),
    "workflow, many steps": _counted(
        ".github/workflows/a.yml",
        "      - run: |\n          echo {0}\n          terraform apply\n",
        _STEPS,
    ),
    "workflow, many jobs": _counted(".github/workflows/a.yml", _JOB, "on: push\njobs:\n"),
    "gitlab, many jobs": _counted(
        ".gitlab-ci.yml", "j{0}:\n  script:\n    - terraform apply\n    - |\n      echo\n      kubectl apply -f x\n"
    ),
    "compose, many services": _counted("docker-compose.yml", "  s{0}:\n    image: nginx\n    ports: ['80:80']\n", "services:\n"),
    "ansible, many tasks": _counted("tasks/main.yml", "- name: t{0}\n  amazon.aws.ec2_instance:\n    name: x\n"),
    "ansible, many shells": _counted("tasks/main.yml", "- name: t{0}\n  shell: |\n    terraform apply\n    kubectl apply -f x\n"),
    "aliases": _one("a.yaml", _aliases),
    "merge keys": _one("a.yaml", _merges),
    "anchored resources": _one(
        "t.yaml",
        lambda size: "AWSTemplateFormatVersion: '2010-09-09'\nx: &r {Type: AWS::S3::Bucket}\nResources:\n" + numbered("  R{0}: *r\n", size),
    ),
    "templated yaml": _counted("templates/a.yaml", _POD.replace("p{0}", "{{{{ .Values.name }}}}") + "{{{{- end }}}}\n---\n"),
    "open template marks": _again("templates/a.yaml", "{{ if x\n", "apiVersion: v1\nkind: Pod\n"),
    "hcl, many blocks": _counted("main.tf", _RESOURCE),
    "hcl, many attributes": _counted("main.tf", '  a{0} = "${{var.b}}"\n', 'resource "aws_instance" "x" {\n', "}\n"),
    "hcl, many broken lines": _again("main.tf", "a b c = = [ {\n", 'resource "aws_instance" "x" {\n'),
    "hcl, many open headers": _again("main.tf", 'resource "aws_instance" "x" {\n'),
    "hcl, many heredocs": _counted(
        "main.tf", 'resource "aws_instance" "r{0}" {{\n  user_data = <<EOF\n#!/bin/sh\nkubectl apply -f x\nEOF\n}}\n'
    ),
    "hcl, heredocs that never end": _counted("main.tf", "a{0} = <<E{0}\nkubectl apply -f x\n", 'resource "aws_instance" "x" {\n'),
    "hcl, one huge heredoc": _again("main.tf", "kubectl apply -f x\n", 'resource "aws_instance" "x" {\n  user_data = <<EOF\n', "EOF\n}\n"),
    "hcl, policy heredocs": _counted(
        "main.tf",
        f'resource "aws_iam_policy" "r{{0}}" {{{{\n  policy = <<EOF\n{_POLICY}\nEOF\n}}}}\n',
    ),
    "hcl, template marks": _again("main.tf", "{{ x }}\n", 'resource "aws_instance" "x" {\n  a = 1\n}\n'),
    "hcl, object lists": _counted(
        "main.tf", "    {{ name = r{0}, b = [1, 2, {{c = 3}}] }},\n", 'resource "aws_instance" "x" {\n  a = [\n', "  ]\n}\n"
    ),
    "tfvars": _counted("a.tfvars", 'instance_type_{0} = "t3.micro"\n'),
    "state": _one(
        "terraform.tfstate",
        lambda size: json.dumps(
            {
                "version": 4,
                "terraform_version": "1.5.0",
                "resources": [
                    {"mode": "managed", "type": "aws_instance", "name": f"x{n}", "instances": [{"attributes": {"id": "i-0"}}]}
                    for n in range(size // 110)
                ],
            }
        ),
    ),
    "shell, many commands": _again("run.sh", "terraform apply -auto-approve\n"),
    "shell, one command line": _again("run.sh", "terraform apply; "),
    "shell, words": _again("run.sh", "word ", "terraform apply ", "\n"),
    "shell, xargs": _again("run.sh", "-exec terraform apply {} \\; ", "find . ", "\n"),
    "shell, pipes": _again("run.sh", "kubectl get x | ", "", "true\n"),
    "shell, heredocs": _counted("run.sh", "kubectl apply -f - <<EOF{0}\napiVersion: v1\nkind: Pod\nEOF{0}\n"),
    "shell, heredocs that never end": _counted("run.sh", "kubectl apply -f - <<EOF{0}\nkind: Pod\n"),
    "shell, heredocs on one line": _counted("run.sh", "<<E{0} ", "kubectl apply -f x ", "\n"),
    "shell, one huge heredoc": _again("run.sh", "apiVersion: v1\nkind: Pod\n---\n", "kubectl apply -f - <<EOF\n", "EOF\n"),
    "shell, open quotes": _again("run.sh", "terraform apply '\nx \"\n"),
    "shell, open cases": _again("run.sh", "case x in a) terraform apply ;; b) y\n"),
    "shell, open tests": _again("run.sh", "[[ a\nterraform apply\n"),
    "shell, open substitutions": _again("run.sh", "x=$(\nterraform apply\n"),
    "shell, variables": _counted("run.sh", "A{0}=terraform\n$A{0} apply\n"),
    "shell, chained variables": _counted("run.sh", "A{0}=$A$A$A terraform\n$A{0} apply\n", "A=terraform\n"),
    "shell, functions": _counted("run.sh", "f{0}() {{ terraform apply; }}\nf{0}\n"),
    "shell, aliases": _counted("run.sh", "alias a{0}='terraform apply'\na{0}\n"),
    "shell, continued": _again("run.sh", "terraform apply \\\n"),
    "shell, bodies": _again("run.sh", "bash -c 'terraform apply'\n"),
    "shell, arrays": _again("run.sh", 'a=(terraform apply)\n"${a[@]}"\n'),
    "powershell, many commands": _again("run.ps1", "terraform apply\n"),
    "powershell, here-strings": _again("run.ps1", '@"\nkubectl apply -f x\n"@\nterraform apply\n'),
    "powershell, open here-strings": _again("run.ps1", '@"\nkubectl apply -f x\n'),
    "powershell, open comments": _again("run.ps1", "<# x\nterraform apply\n"),
    "batch, many commands": _again("run.bat", "terraform apply && call x.bat\n"),
    "batch, carets": _again("run.bat", "^\n", "terraform apply\n"),
    "dockerfile, many instructions": _again("Dockerfile", "RUN terraform apply && kubectl apply -f x\n", "FROM alpine\n"),
    "dockerfile, one instruction": _again("Dockerfile", " terraform apply && \\\n", "FROM alpine\nRUN ", " true\n"),
    "dockerfile, heredocs": _counted("Dockerfile", "RUN <<E{0}\nterraform apply\nE{0}\n", "FROM alpine\n"),
    "dockerfile, heredocs that never end": _counted("Dockerfile", "RUN <<E{0}\nterraform apply\n", "FROM alpine\n"),
    "dockerfile, comments in an instruction": _again("Dockerfile", "# x\n", "FROM alpine\nRUN terraform apply \\\n", " true\n"),
    "dockerfile, stages": _counted("Dockerfile", "FROM alpine AS s{0}\nCOPY --from=s{0} a b\n"),
    "makefile, many rules": _counted("Makefile", "r{0}: a b\n\tterraform apply\n"),
    "makefile, one recipe": _again("Makefile", "\tterraform apply \\\n", "all:\n"),
    "makefile, many variables": _counted("Makefile", "V{0} = $(V)\nr{0}:\n\t$(V{0}) apply\n", "V = terraform\n"),
    "makefile, define": _again("Makefile", "terraform apply\n", "define x\n"),
    "makefile, shell calls": _again("Makefile", "X := $(shell terraform output)\n"),
    "makefile, shell calls on one line": _again("Makefile", "$(shell terraform output) ", "X := "),
    "makefile, open shell calls on one line": _again("Makefile", "$(shell x ", "terraform apply\nX := "),
    "makefile, blanks": _again("Makefile", " ", "all:\n\tterraform apply\nx", "y\n"),
    "makefile, target words": _again("Makefile", "a ", "all:\n\tterraform apply\n", "\n"),
    "justfile, many recipes": _counted("justfile", "r{0}:\n  terraform apply\n"),
    "ini, many sections": _counted("a.ini", "[s{0}]\naws_access_key_id = x\n"),
    "ini, one section": _counted("hosts.ini", "h{0} ansible_host=10.0.0.1\n", "[web]\n"),
    "toml, many tables": _counted("a.toml", "[[resource]]\nname = 'r{0}'\nterraform = 1\n"),
    "toml, many keys": _counted("a.toml", "k{0} = 'x'\n", "[terraform]\n"),
    "toml, long array": _again("a.toml", "'terraform',\n", "x = [\n", "]\n"),
    "markdown, many fences": _again("README.md", "```sh\nkubectl apply -f x\n```\n"),
    "markdown, many manifests": _again("README.md", "```yaml\napiVersion: v1\nkind: Pod\n```\n"),
    "markdown, one fence": _again("README.md", "kubectl apply -f x\n", "```sh\n"),
    "markdown, open fences": _again("README.md", "```sh\nkubectl apply -f x\n~~~\n"),
    "markdown, comments": _again("README.md", "<!-- kubectl -->\n```sh\nkubectl apply -f x\n```\n"),
    "markdown, open comments": _again("README.md", "<!-- kubectl apply -f x <!--\n"),
    "markdown, headings": _again("README.md", "# kubectl apply -f x\n"),
    "markdown, blanks": _again("README.md", " ", "```sh\nkubectl apply -f x\n```\n", "```"),
    "asciidoc, blocks": _again("a.adoc", "[source,sh]\n----\nkubectl apply -f x\n----\n"),
    "rst, blocks": _again("a.rst", ".. code-block:: sh\n\n   kubectl apply -f x\n\n"),
    "rst, blanks": _again("a.rst", " .. x", "", " code-block:: sh\n\n   kubectl apply -f x\n"),
    "notebook, 100,000 cells": _one("a.ipynb", _notebook),
    "txtar, many files": _counted("a.txtar", "-- m{0}.tf --\n" + _RESOURCE),
    "minified js": _again("a.js", "var a=function(b){return b.c(d).e};", "require('@pulumi/aws');"),
    "minified js, sdk calls": _again("a.js", "c.send(new e.RunInstancesCommand({a:1}));", "const e=require('@aws-sdk/client-ec2');"),
    "python, sdk calls": _again("a.py", "boto3.client('ec2').run_instances(ImageId='x')\n", "import boto3\n"),
    "python, constructs": _again("a.py", "ec2.Vpc(self, 'x', max_azs=2)\n", "from aws_cdk import aws_ec2 as ec2\n"),
    "python, commands": _again("a.py", "subprocess.run(['terraform', 'apply'])\n", "import subprocess\n"),
    "python, strings": _again("a.py", 'x = """\napiVersion: v1\nkind: Pod\n"""\n'),
    "python, quotes": _again("a.py", '"""\n', "import boto3\n'''apiVersion: v1\nkind: Pod\n'''\n"),
    "python, names": _counted("a.py", "a{0} = boto3.client('ec2')\na{0}.run_instances()\n", "import boto3\n"),
    "python, chained names": _counted("a.py", "a{0} = a\na{0}.run_instances()\n", "import boto3\na = boto3.client('ec2')\n"),
    "python, imports": _counted("a.py", "import boto3 as b{0}\n"),
    "python, broken": _again("a.py", "def ( import boto3 [\n", "import boto3\n"),
    "python, one call": _again("a.py", "'apply', ", "import subprocess\nsubprocess.run(['terraform', ", "])\n"),
    "python, one dictionary": _counted("a.py", "'k{0}': 1, ", "import boto3\nboto3.client('ec2').run_instances(**{", "})\n"),
    "python, concatenation": _again("a.py", "'apply' ", "import os\nos.system('terraform ' ", ")\n"),
    "typescript, constructs": _again("a.ts", "new ec2.Vpc(this, 'x', {maxAzs: 2});\n", "import * as ec2 from 'aws-cdk-lib/aws-ec2';\n"),
    "typescript, templates": _again("a.ts", "x = `\napiVersion: v1\nkind: Pod\n`;\n"),
    "typescript, broken": _again("a.ts", "class { ( import ` ${\n", "import * as ec2 from 'aws-cdk-lib/aws-ec2';\n"),
    "typescript, holes": _again("a.ts", "${a}", "import {execSync} from 'child_process';\nexecSync(`terraform ", "`);\n"),
    "go, calls": _again(
        "a.go",
        '  ec2.NewVpc(ctx, "x", &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")})\n',
        'package a\nimport "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"\nfunc f() {\n',
        "}\n",
    ),
    "java, calls": _again(
        "A.java",
        'Vpc.Builder.create(this, "x").build();\n',
        _JAVA,
        "}}\n",
    ),
    "csharp, calls": _again("A.cs", 'new Vpc(this, "x", new VpcProps { MaxAzs = 2 });\n', _CSHARP, "}}\n"),
    "groovy": _again("Jenkinsfile", "pipeline { stages { stage('x') { steps { sh 'terraform apply' } } } }\n"),
    "groovy, open comments": _again("Jenkinsfile", "/* terraform apply\n", "pipeline {}\n"),
    "groovy, open quotes": _again("Jenkinsfile", "sh ''' terraform apply \"\n", "pipeline {}\n"),
    "directives": _again("a.yaml", "# phasegate: allow 3.6 -- because\n", "apiVersion: v1\nkind: Pod\n"),
    "directives in strings": _again("a.yaml", 'x: "phasegate: allow 3.6 -- because"\n', "apiVersion: v1\nkind: Pod\n"),
    "directives on one line": _again("a.sh", "phasegate: allow 3.6 -- because ", "terraform apply # "),
    "directives beside findings": _again("run.sh", "terraform apply # phasegate: allow 3.6 -- because\n"),
    "secrets, all the same": _again("a.env", f"TOKEN={_TOKEN}\n"),
    "secrets, all different": _one("a.env", lambda size: "".join(f"TOKEN=ghp_{number:036x}\n" for number in range(size // 47))),
    "secrets, random": _one("a.env", lambda size: "".join(f"K{n}={_random_token(n)}\n" for n in range(size // 50))),
    "secrets beside findings": _one(
        "main.tf",
        lambda size: "".join(f'resource "aws_instance" "r{n}" {{\n  t = "{_random_token(n)}"\n}}\n' for n in range(size // 90)),
    ),
    "passwords": _counted("a.env", "DB_PASSWORD{0}=Xk9#mQ2vLp7w\nDB_PASSWORD=Zt4!nR8cWq1y\n"),
    "private keys": _again("a.pem", "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\n"),
    "open private keys": _again("a.pem", "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n"),
    "tokens of three parts": _again("a.txt", _THREE_PARTS),
    "almost secrets": _one("a.env", _almost_secrets),
    "almost secrets in a program": _one("a.py", _almost_secrets),
    "almost hints": _one("a.txt", _almost_hints),
    "wide characters": _again("a.yaml", "😀", "apiVersion: v1\nkind: Pod\nmetadata: {name: '", "'}\n"),
    "utf-16": lambda size: {"a.yaml": b"\xff\xfe" + numbered(_POD + "---\n", size // 2).encode("utf-16-le")},
    "broken utf-8": lambda size: {"a.py": b"import boto3\n" + b"# \xff\xfe\nboto3.client('ec2').run_instances()\n" * (size // 45)},
    "carriage returns": _again("a.sh", "terraform apply\r"),
    "blank lines": _again("a.yaml", "\n", "apiVersion: v1\nkind: Pod\n"),
    "trailing blanks": _again("a.yaml", " ", "apiVersion: v1\nkind: Pod\nx: 1"),
    "blanks in shell": _again("run.sh", " ", "terraform", " apply\n"),
    "comments in yaml": _again("a.yaml", "# x\n", "apiVersion: v1\nkind: Pod\n"),
    "dashes": _again("a.yaml", "---\n", "apiVersion: v1\nkind: Pod\n"),
    "broken documents": _again("a.yaml", "apiVersion: v1\nkind: Pod\n : [\n---\n"),
    "one broken document": _again("a.yaml", "  - {apiVersion: v1, kind: Pod}\n", "apiVersion: v1\nkind: List\nitems:\n", "  ]: {\n"),
    "text, many hits": _again("a.txt", "terraform apply kubectl apply -f x\n"),
}

FOLDERS: Mapping[str, Make] = {
    "many files in one folder": _folder,
    "many values files in one folder": _folder_of_values,
    "many manifests": _manifests,
}

CASES: Mapping[str, Make] = {**ONE_LINE, **MANY_LINES, **HINTS, **DEEP, **MANY, **FOLDERS}
