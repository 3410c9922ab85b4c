"""Reports to render: one that looks like a real one, and parts to build odd ones from."""

from __future__ import annotations

from typing import Any

from scanner.model import Authorization, Clause, Finding, InForce, KindInfo, NotScanned, Policy, Report, Repository, Span, Tally

CLAUSES = (
    Clause("3.1", "iac-code", "Executable infrastructure code", "Writing executable infrastructure code.", "J.4.3", "section 6", "6.3"),
    Clause("3.4", "iam-policy", "IAM policies", "Authoring IAM policies.", None, "section 8", None),
    Clause("3.6", "orchestration", "Orchestration files", "Authoring Kubernetes manifests or equivalent.", None, "section 8", None),
    Clause("3.10", "observability", "Observability tooling", "Implementation of observability tooling.", "J.2.3", "section 3", None),
    Clause(
        "6.2", "vendor-selection", "Selection of a vendor", "J.4.2 is required before a vendor is selected.", "J.4.2", "section 6", "6.2"
    ),
)
POLICY = Policy("J.4.1", "Phase J.4.1: Infrastructure Authorization", "ab" * 32, {clause.id: clause for clause in CLAUSES})

KINDS = {
    kind.id: kind
    for kind in (
        KindInfo(
            "kubernetes-workload",
            "Kubernetes workload",
            "3.6",
            "error",
            "kubernetes",
            None,
            "An object that makes a cluster run containers.\n\nClause 3.6 names Kubernetes manifests.",
            references=("https://kubernetes.io/docs/concepts/workloads/",),
            further=("3.10",),
            lookalikes=("a Backstage catalogue entry",),
        ),
        KindInfo("terraform-resource", "Terraform resource", "3.1", "error", "terraform", None, "A resource block of Terraform."),
        KindInfo("aws-iam-policy", "AWS IAM policy", "3.4", "error", "aws-iam", "aws", "A policy document.", further=("6.2",)),
    )
}


def finding(**changes: Any) -> Finding:
    """A finding of a Kubernetes Deployment on line 2 of `deploy/app.yaml`, with the given fields changed."""
    base = Finding(
        clause="3.6",
        kind="kubernetes-workload",
        level="error",
        confidence="high",
        path="deploy/app.yaml",
        span=Span(2, 1, 2, 17),
        message="A Deployment makes a cluster run containers",
        evidence="kind: Deployment",
        family="kubernetes",
        vendor=None,
        boundary=None,
        lifted_by=None,
        embedded_in=None,
        commit=None,
        fingerprint="f" * 32,
        snippet="kind: Deployment",
    )
    return base._replace(**changes)


def report(*findings: Finding, **changes: Any) -> Report:
    """A report over 12 files with the given findings, and with the given fields changed."""
    base = Report(
        version="0.1.0",
        policy=POLICY,
        kinds=KINDS,
        root=".",
        source="worktree",
        repository=Repository("0123456789abcdef0123456789abcdef01234567", "main", "git@example.org:team/shop.git"),
        tally=Tally(files=12, scanned=11, skipped=1),
        findings=findings,
        not_scanned=(),
        seconds=0.12345,
    )
    return base._replace(**changes)


def busy_report() -> Report:
    """A report with every level and status, a repeated kind, embedded code, a vendor, notices and paths that were not scanned."""
    terraform = {
        "clause": "3.1",
        "kind": "terraform-resource",
        "family": "terraform",
        "lifted_by": "J.4.3",
        "boundary": "6.3",
        "vendor": "aws",
    }
    bucket = 'resource "aws_s3_bucket" "logs" {'
    findings = [
        finding(path="README.md", level="note", embedded_in="markdown", confidence="medium", message="A sample in a document."),
        finding(),
        finding(status="suppressed", justification="a teaching sample", in_source=True, span=Span(9, 1, 30, 4)),
        finding(path="docs/é ü.yaml", status="authorized", justification="J.5.1 by Ada Example", confidence="low"),
        finding(path="docs/old.yaml", status="baselined"),
    ]
    findings += [
        finding(path="infra/main.tf", span=Span(line, 1, line + 4, 2), message="A Terraform resource", snippet=bucket, **terraform)
        for line in range(10, 120, 10)
    ]
    findings.append(
        finding(
            path="infra/main.tf",
            clause="3.4",
            kind="aws-iam-policy",
            level="warning",
            span=Span(130, 3, 130, 11),
            snippet="\tpolicy = jsonencode({",
            vendor="aws",
            message="An IAM policy inside Terraform.",
        )
    )
    missed = (NotScanned("big.bin.yaml", "larger than 10 MB"), NotScanned("odd\udcff.yaml", "not valid UTF-8 at byte 7"))
    return report(
        *findings,
        not_scanned=missed,
        notices=("Excluded by the configuration: vendor/** (3 files)",),
        authorizations=(
            InForce(Authorization(1, "J.5.1", ("3.6",), ("docs/é*",), "Ada Example", "it is signed", "2026-01-02", "2027-01-31"), 1),
        ),
        tally=Tally(files=120, scanned=115, skipped=3, not_scanned=2),
    )
