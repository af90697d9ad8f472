"""What the deployment files say is true: settings, files, versions, users."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXACT_TAG = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.]+)*")
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")


def instructions(name: str) -> list[list[str]]:
    """The words of every such instruction of the Dockerfile, continuation lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split()[1:] for line in joined.splitlines() if line.startswith(f"{name} ")]


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {canonicalize_name(found[1]): found[2] for found in re.finditer(r"^([\w.-]+)==([^\s;]+)", text, re.M)}


def environment(service: dict[str, Any]) -> dict[str, str]:
    variables: dict[str, str] = service.get("environment", {})
    return variables


@pytest.mark.parametrize("file", ["Dockerfile", "docker-compose.yml"])
def test_every_setting_in_a_deployment_file_is_one_the_adapter_knows(file: str) -> None:
    used = set(re.findall(r"ORDER_ADAPTER_([A-Z_]+)", (ROOT / file).read_text(encoding="utf-8")))

    assert used
    assert {name.removesuffix("_FILE").lower() for name in used} <= set(Settings.model_fields)


def test_every_file_that_the_image_is_built_from_exists() -> None:
    sources = [word for words in instructions("COPY") if not words[0].startswith("--from") for word in words[:-1]]

    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_every_file_that_the_image_is_built_from_reaches_the_build() -> None:
    sources = {word for words in instructions("COPY") if not words[0].startswith("--from") for word in words[:-1]}
    admitted = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert sources == admitted


def test_the_image_is_built_from_exact_versions() -> None:
    images = [words[0] for words in instructions("FROM")]

    assert images
    assert [image for image in images if not EXACT_TAG.fullmatch(image)] == []


def test_the_image_installs_nothing_that_is_not_locked_by_hash() -> None:
    installs = [part for words in instructions("RUN") for part in " ".join(words).split("&&") if "pip install" in part]

    assert installs
    assert [part for part in installs if "--require-hashes" not in part and "--no-deps dist/" not in part] == []


def test_the_image_does_not_run_as_root() -> None:
    final_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    users = re.findall(r"^USER (\d+)", final_stage, re.M)

    assert users
    assert 0 not in map(int, users)


def test_the_image_checks_its_health_where_the_operations_endpoint_listens() -> None:
    address = re.search(r"ORDER_ADAPTER_OPERATIONS_ADDRESS=\S+:(\d+)", DOCKERFILE)

    assert address
    assert f"http://127.0.0.1:{address[1]}/health/live" in DOCKERFILE
    assert instructions("EXPOSE") == [[address[1]]]


def test_every_foreign_image_has_an_exact_version() -> None:
    images = {service["image"] for service in SERVICES.values() if "build" not in service}

    assert images
    assert [image for image in images if not EXACT_TAG.fullmatch(image)] == []


def test_every_folder_that_compose_mounts_exists() -> None:
    sources = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    folders = [source for source in sources if source.startswith(".")]

    assert folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_every_volume_that_compose_mounts_is_declared() -> None:
    sources = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]

    assert {source for source in sources if not source.startswith(".")} == set(COMPOSE["volumes"])


def test_several_copies_of_the_adapter_can_run_beside_each_other() -> None:
    assert "container_name" not in SERVICES["adapter"]
    host_ports = [port.rpartition(":")[0].rpartition(":")[2] for port in SERVICES["adapter"]["ports"]]
    assert host_ports == [""]


def test_the_adapter_starts_after_what_it_needs() -> None:
    conditions = {name: needed["condition"] for name, needed in SERVICES["adapter"]["depends_on"].items()}

    assert conditions == {
        "rabbitmq": "service_healthy",
        "postgres": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_what_others_wait_for_can_tell_its_health() -> None:
    needed = {
        name
        for service in SERVICES.values()
        for name, condition in service.get("depends_on", {}).items()
        if condition["condition"] == "service_healthy"
    }

    assert {name for name in needed if "healthcheck" in SERVICES[name]} == needed


def test_every_secret_comes_from_the_environment_and_a_default_says_it_is_for_development() -> None:
    values = [
        value
        for service in SERVICES.values()
        for name, value in environment(service).items()
        if re.search("PASS|SECRET|_URL", name)
    ]
    secrets = [found for value in values for found in re.findall(r"\$\{\w*PASS\w*:-([^}]*)\}", value)]

    assert len(secrets) == len(values)
    assert set(secrets) == {"development-only"}


def test_no_port_is_open_to_other_hosts() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not str(port).startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert len(re.findall(r"^[\w.-]+==.* \\\n    --hash=sha256:", text, re.M)) == len(re.findall(r"^\w", text, re.M))
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements-dev.txt", [line for line in PROJECT["dependency-groups"]["dev"] if isinstance(line, str)]),
        ("requirements-build.txt", PROJECT["build-system"]["requires"]),
    ],
)
def test_the_locks_follow_the_project_file(lock: str, wanted: list[str]) -> None:
    versions = locked(lock)
    stale = [
        line
        for line in map(Requirement, wanted)
        if not line.specifier.contains(versions.get(canonicalize_name(line.name), "0.dev0"), prereleases=True)
    ]

    assert stale == [], "run: make lock"


def test_development_uses_the_versions_that_production_uses() -> None:
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()
