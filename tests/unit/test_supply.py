"""The hashes on record are those of the versions in use."""

import re
import tomllib


def _canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_hashes_are_of_the_versions_in_use(root):
    text = (root / "constraints-hashes.txt").read_text(encoding="utf-8")
    assert "://" not in text
    hashed = {
        _canonical(name): version
        for name, version in re.findall(r"^([\w.-]+)==([^ ;]+)", text, re.MULTILINE)
    }
    lines = (root / "constraints.txt").read_text(encoding="utf-8").split()
    used = {_canonical(name): version for name, version in (line.split("==") for line in lines)}
    other = {
        name: version for name, version in hashed.items() if used.get(name, version) != version
    }
    assert not other, "run `make lock-hashes`"
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_canonical(re.split(r"[\[<>=;]", line)[0]) for line in project["dependencies"]}
    assert wanted <= set(hashed), "run `make lock-hashes`"
