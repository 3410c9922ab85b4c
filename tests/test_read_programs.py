import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Reading
from scanner.read.programs import read

LANGUAGES = ("python", "javascript", "typescript", "tsx", "go", "csharp", "java")


def calls(reading: Reading) -> dict[str, dict[str, Any]]:
    return {call["name"]: call for call in reading.documents[0].data["calls"]}


def region(text: str, reading: Reading, *location: str | int) -> str:
    """The text of a location that stands on one line."""
    span = reading.documents[0].span_of(location)
    assert span.line == span.end_line
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


PYTHON = """import pulumi_aws as aws, boto3
from aws_cdk import aws_s3 as s3
# aws.ec2.Instance("in a comment")
note = "aws.ec2.Instance('in a string')"
b = aws.s3.Bucket("b", acl="private", tags={"a": [1, -2.5, True, None]}, **extra)
class Site(Stack, s3.Construct, metaclass=M):
    def __init__(self):
        self.ec2 = boto3.client("ec2")
        é = "ü𝄞"; self.ec2.run_instances(MaxCount=1)
"""


def test_python_imports_calls_aliases_and_classes() -> None:
    reading = read(PYTHON, "python")
    data = reading.documents[0].data
    assert data["imports"] == ["pulumi_aws", "boto3", "aws_cdk"]
    found = calls(reading)
    assert list(found) == ["aws.s3.Bucket", "boto3.client", "self.ec2.run_instances"]
    assert found["aws.s3.Bucket"] == {
        "name": "aws.s3.Bucket",
        "new": False,
        "from": "pulumi_aws",
        "target": "pulumi_aws.s3.Bucket",
        "args": ["b"],
        "keywords": {"acl": "private", "tags": {"a": [1, -2.5, True, None]}},
        "assigned": "b",
    }
    assert found["self.ec2.run_instances"]["from"] == "boto3.client:ec2"
    assert data["classes"] == [{"name": "Site", "bases": ["Stack", "s3.Construct"], "targets": ["Stack", "aws_cdk.aws_s3.Construct"]}]
    assert reading.problems == ()


def test_columns_count_characters() -> None:
    reading = read(PYTHON, "python")
    assert region(PYTHON, reading, "calls", 2) == "self.ec2.run_instances(MaxCount=1)"
    assert region(PYTHON, reading, "calls", 2, "keywords", "MaxCount") == "MaxCount=1"
    assert region(PYTHON, reading, "calls", 2, "keywords", "MaxCount", "deeper") == "MaxCount=1"
    assert region(PYTHON, reading, "imports", 2) == "from aws_cdk import aws_s3 as s3"


def test_comments_are_blanked_and_nothing_moves() -> None:
    reading = read(PYTHON, "python")
    assert "in a comment" not in reading.text
    assert "in a string" in reading.text
    assert [len(line) for line in reading.text.split("\n")] == [len(line) for line in PYTHON.split("\n")]


def test_a_variable_that_is_given_something_else_no_longer_stands_for_the_client() -> None:
    reading = read('import boto3\nc = boto3.client("iam")\nc.a()\nc = other()\nc.b()\n', "python")
    assert calls(reading)["c.a"]["from"] == "boto3.client:iam"
    assert calls(reading)["c.b"]["from"] is None


def test_a_client_of_a_session_and_in_a_with_statement() -> None:
    reading = read('import boto3\nboto3.Session().client("s3").x()\nwith boto3.resource("ec2") as e:\n  e.y()\n', "python")
    assert calls(reading)["boto3.Session.client.x"]["target"] == "boto3.client:s3.x"
    assert calls(reading)["e.y"]["target"] == "boto3.resource:ec2.y"


SCRIPT = """import * as s3 from "aws-cdk-lib/aws-s3";
import { Bucket as B } from '@pulumi/aws/s3';
const { execSync: run } = require('node:child_process');
const late = await import('dyn');
// new s3.Bucket(this, 'comment')
const s = "new s3.Bucket()";
class Site extends cdk.Stack {
  b = new s3.Bucket(this, 'é', { versioned: true, 'x-y': ['a', 1], nested: { k: f() } });
  f() { this.b.grantRead(1); new B("\\u0041\\x42"); }
}
run(`terraform apply ${target}`);
"""


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
def test_scripts(language: str) -> None:
    reading = read(SCRIPT, language)
    data, found = reading.documents[0].data, calls(reading)
    assert data["imports"] == ["aws-cdk-lib/aws-s3", "@pulumi/aws/s3", "node:child_process", "dyn"]
    assert [call["name"] for call in data["calls"] if call["new"]] == ["s3.Bucket", "B"]
    bucket = found["s3.Bucket"]
    assert bucket["from"] == "aws-cdk-lib/aws-s3"
    assert bucket["args"][1] == "é"
    assert bucket["keywords"] == {"versioned": True, "x-y": ["a", 1], "nested": {"k": None}}
    assert found["this.b.grantRead"]["target"] == "aws-cdk-lib/aws-s3.Bucket.grantRead"
    assert (found["B"]["args"], found["B"]["target"]) == (["AB"], "@pulumi/aws/s3.Bucket")
    assert data["classes"][0]["bases"] == ["cdk.Stack"]
    (command,) = reading.fragments
    assert (command.text, command.format, command.line, command.column, command.folded) == ("terraform apply $x", "shell", 11, 1, True)
    assert region(SCRIPT, reading, "calls", found_index(data, "s3.Bucket"), "keywords", "x-y") == "'x-y': ['a', 1]"


def found_index(data: dict[str, Any], name: str) -> int:
    return [call["name"] for call in data["calls"]].index(name)


def test_type_arguments_and_casts_are_not_part_of_a_name() -> None:
    reading = read("const c = new a.B<T>(); (c as any).run!(1); c?.go<X>(2);", "typescript")
    assert list(calls(reading)) == ["a.B", "c.run", "c.go"]


def test_markup_with_calls() -> None:
    assert list(calls(read("const x = <A b={f()}>{g(1)}</A>;", "tsx"))) == ["f", "g"]


GO = """package main
import s3 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
import (
\t"os/exec"
\tcorev1 "k8s.io/api/core/v1"
\t"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)
type Site struct { pulumi.ResourceState; n int }
func main() { /* s3.NewBucket() */
\tb, err := s3.NewBucket(ctx, "ü", &s3.BucketArgs{Acl: pulumi.String("private"), Tags: map[string]string{"a": "b"}, N: 1})
\texec.CommandContext(ctx, "terraform", "apply", "a b").Run()
\tp := &corev1.Pod{Spec: corev1.PodSpec{HostNetwork: true}}
\tb.Foo()
}
"""


def test_go() -> None:
    reading = read(GO, "go")
    data, found = reading.documents[0].data, calls(reading)
    assert data["imports"][:2] == ["github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3", "os/exec"]
    assert found["s3.NewBucket"]["from"] == "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
    assert found["s3.NewBucket"]["keywords"] == {"Acl": "private", "Tags": {"a": "b"}, "N": 1}
    assert found["corev1.Pod"]["from"] == "k8s.io/api/core/v1"
    assert found["corev1.Pod"]["keywords"] == {"Spec": {"HostNetwork": True}}
    assert found["b.Foo"]["target"].endswith("/s3.NewBucket.Foo")
    assert data["classes"] == [
        {"name": "Site", "bases": ["pulumi.ResourceState"], "targets": ["github.com/pulumi/pulumi/sdk/v3/go/pulumi.ResourceState"]}
    ]
    assert [fragment.text for fragment in reading.fragments] == ["terraform apply 'a b'"]


JAVA = """import com.pulumi.aws.s3.Bucket;
import static a.B.c;
import x.y.*;
class Site extends Stack implements I<J> {
  Bucket b = Bucket.Builder.<T>create(this, "é").versioned(true).build(); // new Bucket()
  void f() { new s3.Bucket<>("n", -1, List.of("a")); new ProcessBuilder("terraform", "apply").start();
    Runtime.getRuntime().exec(new String[]{"aws", "s3 x"}); this.b.go(); }
}
"""


def test_java() -> None:
    reading = read(JAVA, "java")
    data, found = reading.documents[0].data, calls(reading)
    assert data["imports"] == ["com.pulumi.aws.s3.Bucket", "a.B.c", "x.y.*"]
    assert found["Bucket.Builder.create"]["args"] == [None, "é"]
    assert found["Bucket.Builder.create.versioned"]["args"] == [True]
    assert found["Bucket.Builder.create.versioned.build"]["from"] == "com.pulumi.aws.s3.Bucket"
    assert found["s3.Bucket"]["new"]
    assert found["s3.Bucket"]["args"] == ["n", -1, ["a"]]
    assert found["b.go" if "b.go" in found else "this.b.go"]["from"] == "com.pulumi.aws.s3.Bucket"
    assert data["classes"][0]["bases"] == ["Stack", "I"]
    assert [fragment.text for fragment in reading.fragments] == ["terraform apply", "aws 's3 x'"]


CSHARP = """using S3 = Pulumi.Aws.S3;
using static System.Math;
class Site : Stack, I<T> {
  Site() {
    var b = new S3.Bucket<T>("é", new S3.BucketArgs { Acl = "x", Tags = { {"a", "b"} }, L = new[] {"c"} }, name: "q"); // new X()
    S3.Key k = new("n", new() { On = true });
    b?.Go<T>(1); Process.Start("terraform", "apply -auto-approve");
    Process.Start(new ProcessStartInfo { FileName = "aws", Arguments = "s3 ls" });
  }
}
"""


def test_csharp() -> None:
    reading = read(CSHARP, "csharp")
    data, found = reading.documents[0].data, calls(reading)
    assert data["imports"] == ["Pulumi.Aws.S3", "System.Math"]
    assert found["S3.Bucket"]["target"] == "Pulumi.Aws.S3.Bucket"
    assert found["S3.Bucket"]["keywords"] == {"name": "q", "Acl": "x", "Tags": {"a": "b"}, "L": ["c"]}
    assert found["S3.Key"]["keywords"] == {"On": True}
    assert found["S3.Key"]["from"] == "Pulumi.Aws.S3"
    assert found["b.Go"]["target"] == "Pulumi.Aws.S3.Bucket.Go"
    assert data["classes"][0]["bases"] == ["Stack", "I"]
    assert [fragment.text for fragment in reading.fragments] == ["terraform apply -auto-approve", "aws s3 ls"]


@pytest.mark.parametrize(
    ("language", "source", "line"),
    [
        ("python", "import subprocess as sp\nsp.run(['terraform', 'apply', '-var', f'a={x}', y])", "terraform apply -var a=$x $x"),
        ("python", "from os import system\nsystem('aws s3 ls ' + bucket)", "aws s3 ls $x"),
        ("javascript", "const cp = require('child_process'); cp.spawn('aws', ['s3', 'ls'], {shell: true})", "aws s3 ls"),
        ("typescript", "await $`kubectl apply -f ${f}`", "kubectl apply -f $x"),
        ("go", 'package m\nvar c = exec.Command("aws", "s3", `l s`)', "aws s3 'l s'"),
    ],
)
def test_commands(language: str, source: str, line: str) -> None:
    (fragment,) = read(source, language).fragments
    assert (fragment.text, fragment.format, fragment.cap, fragment.carrier) == (line, "shell", None, language)


def test_a_command_without_a_literal_is_none() -> None:
    assert read("import subprocess\nsubprocess.run(command)\nsubprocess.run()", "python").fragments == ()


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", 'é = f("ü", """\n    kind: Pod\n      spec: é\n\n    last: 1\n    """)'),
        ("python", 'x = """kind: Pod\n  spec: é\n"""'),
        ("javascript", "f('ü', `\n  kind: Pod\n    spec: 1\n`)"),
        ("go", "package m\nvar x = `kind: Pod\nspec: é\n`"),
        ("java", 'class A { String s = """\n    kind: Pod\n      spec: é\n    """; }'),
        ("csharp", 'class A { string s = @"kind: Pod\nspec: é"; }'),
        ("csharp", 'class A { string s = """\n    kind: Pod\n      spec: é\n    """; }'),
    ],
)
def test_long_strings_map_back_exactly(language: str, source: str) -> None:
    (fragment,) = read(source, language).fragments
    assert (fragment.cap, fragment.format, fragment.folded) == ("note", None, False)
    assert fragment.text.startswith("kind: Pod\n")
    host = source.split("\n")
    for number, line in enumerate(fragment.text.split("\n")):
        column = fragment.column - 1 if number == 0 else fragment.indent
        assert host[fragment.line - 1 + number][column:].startswith(line)


def test_a_script_given_to_a_shell_is_shell_with_exact_lines() -> None:
    (fragment,) = read('import os\nos.system("""\n  aws s3 ls\n  echo \\"x\\"\n""")', "python").fragments
    assert (fragment.text, fragment.format, fragment.line, fragment.column, fragment.cap) == ('aws s3 ls\necho "x"\n', "shell", 3, 3, None)


def test_strings_are_decoded() -> None:
    assert calls(read(r"""f("a\n\x41\u00e9\101\"", r"\d", "a" 'b', b"x", f"{y}")""", "python"))["f"]["args"] == [
        'a\nAéA"', r"\d", "ab", "x", None
    ]  # fmt: skip
    assert calls(read(r'f("\ud83d\ude00", `plain`, `${x}`, "\u{1F600}");', "javascript"))["f"]["args"] == ["😀", "plain", None, "😀"]
    assert calls(read('class A { int a = f(@"c:\\x""y", "\\t"); }', "csharp"))["f"]["args"] == ['c:\\x"y', "\t"]


def test_what_is_no_program_is_a_problem() -> None:
    assert read("%% ]] ]] )) @@ }} <% %> ]] ))\n" * 20, "java").problems == ("does not parse as java",)


def test_a_small_error_is_none() -> None:
    reading = read("f(1)\nx = = 2\ng(3)\nh('some more text that is fine')\n", "python")
    assert reading.problems == ()
    assert {"f", "g", "h"} <= set(calls(reading))


def test_too_many_calls_are_a_problem() -> None:
    reading = read("f()\n" * 20_001, "python")
    assert len(reading.documents[0].data["calls"]) == 20_000
    assert reading.problems == ("more than 20,000 calls: the rest was not read",)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("opening", ["(", "[", "f(", "{a:", "a.b().", "`${", "-"])
def test_deep_nesting_is_survived(language: str, opening: str) -> None:
    reading = read("x = " + opening * 50_000, language)
    assert reading.format == language


def test_balanced_nesting_is_read() -> None:
    depth = 100_000
    assert read("x = " + "(" * depth + "1" + ")" * depth + "\nf()\n", "python").problems == ()
    chained = read("x = a" + ".b()" * 15_000, "python")
    assert len(chained.documents[0].data["calls"]) == 15_000
    assert all(len(call["name"]) <= 200 for call in chained.documents[0].data["calls"])


@pytest.mark.parametrize(("language", "link"), [("java", "a<"), ("csharp", "a<"), ("java", "a=>"), ("tsx", "*a =")])
def test_a_text_that_drives_the_parser_mad_is_a_problem_and_no_document(language: str, link: str) -> None:
    source = "class A { int x=" + link * 20_000 + "1; }"
    reading = read(source, language)
    assert reading.documents == ()
    assert reading.text == source
    assert len(reading.problems) == 1


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_is_read_and_keeps_its_shape(text: str, language: str) -> None:
    reading = read(text, language)
    assert len(reading.text) == len(text)
    assert reading.text.count("\n") == text.count("\n")


@given(st.text(alphabet="aé€𝄞 ", max_size=600), st.integers(0, 5))
def test_a_call_behind_any_comment_keeps_its_column(words: str, lines: int) -> None:
    source = "\n" * lines + f"/* {words} */ f(1)"
    reading = read(source, "javascript")
    assert region(source, reading, "calls", 0) == "f(1)"
    assert reading.text.strip() == "f(1)"


@given(st.integers(0, 2**32), st.sampled_from([(PYTHON, "python"), (SCRIPT, "tsx"), (GO, "go"), (JAVA, "java"), (CSHARP, "csharp")]))
def test_a_damaged_program_never_crashes(seed: int, program: tuple[str, str]) -> None:
    source, language = program
    chance = random.Random(seed)  # noqa: S311
    start = chance.randrange(len(source))
    damaged = source[:start] + chance.choice(["", '"', "(", "}", "\0", '"""', "`", "\ud800"]) + source[start + chance.randrange(40) :]
    reading = read(damaged, language)
    for index in range(len(reading.documents[0].data["calls"])):
        span = reading.documents[0].span_of(("calls", index))
        assert (span.line, span.column) <= (span.end_line, span.end_column)


def test_before_thousands_of_marks_that_are_no_program_the_program_is_read() -> None:
    text = "import boto3\nboto3.client('ec2')\n" + "*\n**" * 1_000
    data = read(text, "python").documents[0].data
    assert data["imports"] == ["boto3"]
    assert [call["target"] for call in data["calls"]] == ["boto3.client"]
