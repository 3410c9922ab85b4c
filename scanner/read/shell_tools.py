"""Tables of programs: those that run another program, container images that hold a tool, options that take a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.read.shell_syntax import word_set


@dataclass(frozen=True, slots=True)
class Wrapper:
    """How a program that runs another one is called.

    `verbs` are the subcommands that do so (none: the program itself does). `values` are the options that take a separate value,
    `skip` the number of other words before the command. With `dashes` the command follows `--` wherever that is. `package` says that
    the command is named like a package (`tool@1.2`), `needs_dashes` that without `--` no command is run.
    """

    verbs: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    skip: int = 0
    dashes: bool = False
    package: bool = False
    needs_dashes: bool = False


def _wrapper(verbs: str = "", values: str = "", skip: int = 0, flags: str = "") -> Wrapper:
    marks = flags.split()
    return Wrapper(word_set(verbs), word_set(values), skip, "dashes" in marks, "package" in marks, "needs" in marks)


WRAPPERS: Mapping[str, Wrapper] = {
    "sudo": _wrapper(values="-u -g -h -p -C -D -R -T -U -r -t --user --group --host --prompt --chdir --chroot"),
    "doas": _wrapper(values="-u -C"),
    "env": _wrapper(values="-u -C --unset --chdir"),
    "time": _wrapper(values="-f -o --format --output"),
    "nice": _wrapper(values="-n --adjustment"),
    "ionice": _wrapper(values="-c -n"),
    "nohup": _wrapper(),
    "busybox": _wrapper(),
    "tsh": _wrapper("kubectl aws gcloud az terraform", values="--proxy --user --cluster"),
    "setsid": _wrapper(),
    "exec": _wrapper(values="-a"),
    "command": _wrapper(),
    "builtin": _wrapper(),
    "noglob": _wrapper(),
    "call": _wrapper(),
    "strace": _wrapper(values="-e -o -s -p"),
    "timeout": _wrapper(values="-k -s --kill-after --signal", skip=1),
    "gtimeout": _wrapper(values="-k -s --kill-after --signal", skip=1),
    "retry": _wrapper(values="-t -d -s -m --times --delay --tries --until --max --min"),
    "run": _wrapper(values="--keep-empty-lines"),
    "xargs": _wrapper(values="-I -n -P -L -d -E -s -a --max-args --max-procs --delimiter --arg-file"),
    "parallel": _wrapper(values="-j -a --jobs --arg-file"),
    "watch": _wrapper(values="-n --interval"),
    "chronic": _wrapper(),
    "unbuffer": _wrapper(),
    "stdbuf": _wrapper(values="-i -o -e"),
    "caffeinate": _wrapper(values="-t -w"),
    "ssh-agent": _wrapper(values="-t -a"),
    "dumb-init": _wrapper(),
    "tini": _wrapper(values="-p -e"),
    "gosu": _wrapper(skip=1),
    "su-exec": _wrapper(skip=1),
    "setpriv": _wrapper(values="--reuid --regid --groups"),
    "runuser": _wrapper(values="-u -g -c"),
    "chroot": _wrapper(values="--userspec --groups", skip=1),
    "flock": _wrapper(values="-w -E --wait --timeout", skip=1),
    "envconsul": _wrapper(values="-prefix -secret -config -consul-addr -vault-addr"),
    "vault-env": _wrapper(),
    "summon": _wrapper(values="-f -p -e -D --yaml --environment"),
    "npx": _wrapper(values="-p --package -c --call -w --workspace", flags="package"),
    "bunx": _wrapper(values="-p --package", flags="package"),
    "uvx": _wrapper(values="--from --with --python -p --index-url --index --with-requirements", flags="package"),
    "npm": _wrapper("exec x", values="-p --package -c --call -w --workspace --prefix -C", flags="package"),
    "pnpm": _wrapper("exec dlx", values="--package -C --dir --filter -F", flags="package"),
    "yarn": _wrapper("dlx exec", values="-p --package --cwd", flags="package"),
    "bun": _wrapper("x", values="-p --package --cwd", flags="package"),
    "uv": _wrapper(
        "run",
        values="--with --python -p --extra --group --env-file --directory --project --package --index --index-url --with-requirements",
    ),
    "poetry": _wrapper("run", values="-C --directory -P --project"),
    "pipenv": _wrapper("run"),
    "pdm": _wrapper("run", values="-p --project"),
    "rye": _wrapper("run"),
    "pixi": _wrapper("run", values="-e --environment --manifest-path"),
    "hatch": _wrapper("run", values="-e --env -p --project"),
    "pipx": _wrapper("run", values="--spec --python --index-url", flags="package"),
    "conda": _wrapper("run", values="-n -p --name --prefix --cwd"),
    "micromamba": _wrapper("run", values="-n -p --name --prefix --cwd"),
    "bundle": _wrapper("exec"),
    "go": _wrapper("run tool", values="-C -mod -tags -ldflags -modfile", flags="package"),
    "mise": _wrapper("exec x", values="-C --cd -j", flags="dashes"),
    "rtx": _wrapper("exec x", flags="dashes"),
    "asdf": _wrapper("exec"),
    "direnv": _wrapper("exec", skip=1),
    "devbox": _wrapper("run", values="-c --config -e --env"),
    "devcontainer": _wrapper("exec", values="--workspace-folder --container-id --config --docker-path"),
    "aws-vault": _wrapper("exec", values="-d -t --duration --mfa-token --region --prompt --backend", skip=1),
    "aws-okta": _wrapper("exec", values="-t --assume-role-ttl --session-ttl", skip=1),
    "chamber": _wrapper("exec", values="-b --backend -r --retries", skip=1, flags="dashes"),
    "doppler": _wrapper("run", values="-p -c -t --project --config --token --scope", flags="needs"),
    "op": _wrapper("run", values="--env-file --account", flags="needs"),
    "infisical": _wrapper("run", values="--env --path --projectId --token --tags", flags="needs"),
    "berglas": _wrapper("exec", flags="needs"),
    "dotenv": _wrapper(values="-e -f -p -v -c --file"),
    "dotenvx": _wrapper("run", values="-f -fk -e -fv --env-file --env", flags="dashes"),
    "dotenv-cli": _wrapper(values="-e -p -v"),
    "env-cmd": _wrapper(values="-f -e -r --file --environments --rc-file"),
    "cross-env": _wrapper(),
    "sops": _wrapper("exec-env exec-file", values="--input-type --output-type", skip=1),
    "teller": _wrapper("run", values="-c --config", flags="dashes"),
    "saml2aws": _wrapper("exec", values="-a -p --idp-account --exec-profile --profile", flags="dashes"),
    "aws-sso": _wrapper("exec", values="-p -a -R -A --profile --account --role --arn", flags="dashes"),
    "granted": _wrapper("exec", flags="needs"),
}
"""Programs that run the command that follows them."""

SCRIPT_RUNNERS: Mapping[str, frozenset[str]] = {
    "npm": frozenset(),
    "pnpm": word_set(
        "add audit build config create deploy exec dlx help i import init install link list ls outdated pack publish rebuild remove run "
        "store test up update why"
    ),
    "yarn": word_set(
        "add audit build cache config create dlx exec help import info init install link list node outdated pack publish remove run "
        "self-update set test up upgrade version why workspace workspaces"
    ),
    "bun": word_set("add build create init install link pm publish remove run test unlink update upgrade x"),
}
"""Package managers that run a script or a tool of the project by name, with their own subcommands, which are not such names."""

SHELLS = word_set("sh bash zsh dash ksh ash fish mksh rbash")
POWERSHELLS = word_set("powershell pwsh")
INTERPRETERS: Mapping[str, str] = {
    "python": "python",
    "python2": "python",
    "python3": "python",
    "ipython": "python",
    "node": "javascript",
    "nodejs": "javascript",
    "deno": "typescript",
    "ts-node": "typescript",
    "tsx": "typescript",
    "pwsh": "powershell",
    "powershell": "powershell",
}
"""Programs that run code given to them, and the format of that code."""

SSH_VALUES = word_set("-i -p -l -o -F -J -L -R -D -E -b -c -e -m -O -Q -S -W -w -B -I")
CONTAINER_ENGINES = word_set("docker podman nerdctl docker-compose podman-compose finch")
CONTAINER_FLAGS = word_set(
    "-d --detach -i --interactive -t --tty -P --publish-all --rm --init --privileged --read-only --no-healthcheck --oom-kill-disable -T "
    "--disable-content-trust --sig-proxy --help -q --quiet --replace --tls-verify --no-deps --build --use-aliases --service-ports --no-TTY "
    "--remove-orphans --quiet-pull --all -a"
)
"""Options of `run` and `exec` that take no value; every other one takes the next word."""

IMAGES: Mapping[str, str] = {
    "hashicorp/terraform": "terraform",
    "opentofu/opentofu": "tofu",
    "hashicorp/packer": "packer",
    "hashicorp/vault": "vault",
    "hashicorp/consul": "consul",
    "hashicorp/nomad": "nomad",
    "hashicorp/waypoint": "waypoint",
    "alpine/terragrunt": "terragrunt",
    "gruntwork/terragrunt": "terragrunt",
    "alpine/helm": "helm",
    "lachlanevenson/k8s-helm": "helm",
    "bitnami/kubectl": "kubectl",
    "rancher/kubectl": "kubectl",
    "lachlanevenson/k8s-kubectl": "kubectl",
    "kubernetes/kubectl": "kubectl",
    "amazon/aws-cli": "aws",
    "aws-cli/aws-cli": "aws",
    "google/cloud-sdk": "gcloud",
    "google.com/cloudsdktool/cloud-sdk": "gcloud",
    "google.com/cloudsdktool/google-cloud-cli": "gcloud",
    "google-cloud-cli": "gcloud",
    "azure-cli": "az",
    "pulumi/pulumi": "pulumi",
    "digitalocean/doctl": "doctl",
    "flyio/flyctl": "flyctl",
    "heroku/heroku": "heroku",
    "fluxcd/flux-cli": "flux",
    "helmfile/helmfile": "helmfile",
    "roboll/helmfile": "helmfile",
    "cytopia/ansible": "ansible-playbook",
    "willhallonline/ansible": "ansible-playbook",
    "ansible/ansible": "ansible-playbook",
    "infracost/infracost": "infracost",
    "serverless": "serverless",
}
"""Images that hold one tool, by the end of their repository; the arguments of a run are the tool's."""

TOOLS = word_set(
    "terraform tofu terragrunt terramate pulumi packer vault consul nomad kubectl oc helm helmfile kustomize skaffold flux argocd aws "
    "gcloud gsutil bq az azd ansible ansible-playbook ansible-galaxy doctl flyctl heroku cdk sam serverless sls cdktf eksctl kops "
    "istioctl linkerd docker podman docker-compose sops aliyun "
    "oci ibmcloud openstack hcloud linode-cli vercel netlify wrangler sst chalice zappa copilot eb"
)
"""Names of tools, to know one where a service or a variable bears its name."""

SHORT_FORMS: Mapping[str, str] = {
    "tf": "terraform",
    "tg": "terragrunt",
    "k": "kubectl",
    "kube": "kubectl",
    "awscli": "aws",
    "compose": "docker-compose",
}
"""What a variable of this name stands for in command position."""

VALUE_OPTIONS: Mapping[str, frozenset[str]] = {
    "kubectl": word_set(
        "-n --namespace --context --kubeconfig --cluster --user -s --server --token --as --as-group --cache-dir --certificate-authority "
        "--client-certificate --client-key --request-timeout -v --v --tls-server-name --profile"
    ),
    "helm": word_set(
        "-n --namespace --kube-context --kubeconfig --kube-apiserver --kube-token --kube-as-user --kube-as-group --kube-ca-file "
        "--registry-config --repository-cache --repository-config --burst-limit --qps"
    ),
    "helmfile": word_set("-f --file -e --environment -n --namespace --kube-context -l --selector -b --helm-binary --state-values-file"),
    "aws": word_set(
        "--region --profile --output --endpoint-url --query --color --ca-bundle "
        "--cli-read-timeout --cli-connect-timeout --cli-binary-format"
    ),
    "gcloud": word_set(
        "--project --account --configuration --format --filter --impersonate-service-account --verbosity --billing-project "
        "--access-token-file --region --zone --flags-file --trace-token"
    ),
    "gsutil": word_set("-o -h -i -u"),
    "az": word_set("-o --output --query --subscription"),
    "terraform": word_set("-chdir"),
    "tofu": word_set("-chdir"),
    "terragrunt": word_set("--terragrunt-working-dir --working-dir --terragrunt-config --config --terragrunt-iam-role --log-level"),
    "pulumi": word_set("-s --stack -C --cwd --color --tracing --profiling -v --verbose"),
    "docker": word_set("-H --host -c --context --config -l --log-level --tlscacert --tlscert --tlskey"),
    "podman": word_set("--connection -c --url --identity --root --log-level"),
    "docker-compose": word_set("-f --file -p --project-name --profile --env-file --project-directory -H --host"),
    "git": word_set("-C -c --git-dir --work-tree --namespace"),
    "flux": word_set("-n --namespace --context --kubeconfig"),
    "argocd": word_set("--server --auth-token --config --grpc-web-root-path --port-forward-namespace"),
    "oc": word_set("-n --namespace --context --kubeconfig --server --token"),
    "doctl": word_set("-t --access-token -u --api-url -c --config --context -o --output"),
    "eksctl": word_set("-p --profile -r --region -v --verbose"),
    "cdk": word_set("-a --app -c --context --profile -o --output --role-arn --toolkit-stack-name --plugin"),
    "sam": word_set("--config-env --config-file --profile --region"),
    "vault": word_set("-address -namespace -format"),
    "ansible-playbook": word_set(
        "-i --inventory -u --user -l --limit -t --tags --skip-tags --vault-password-file --private-key -e --extra-vars"
    ),
}
"""Options of a tool, valid in front of its verb, that take a separate value."""

VISIBLE = word_set("DOCKER_HOST DOCKER_CONTEXT KUBECONFIG AWS_PROFILE")
"""Variables whose assignment in front of a command says where it acts."""
