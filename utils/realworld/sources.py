"""sources.py - fetch a Debian source package into a cache and unpack it.

SPDX-License-Identifier: MIT OR Apache-2.0

The sources come from the Debian mirrors that this machine is configured for, even if it
lists no deb-src: a private copy of the configuration, with private package lists, is
written into the cache. /etc/apt and /var/lib/apt are only read, and no privilege is
needed. Only install_packages() changes the machine, and only when asked.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

LISTS_MAX_AGE = 7 * 86400


class SourceError(Exception):
    pass


def default_cache():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "memscope" / "src"


def _apt_sources_files():
    """The configured lists, as apt finds them."""
    shell = subprocess.run(
        ["apt-config", "shell", "main", "Dir::Etc::sourcelist/f",
         "parts", "Dir::Etc::sourceparts/d"],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    where = dict(re.findall(r"(\w+)='([^']*)'", shell))
    files = [Path(where["main"])] if where.get("main") else []
    parts = Path(where.get("parts", "/nonexistent"))
    if parts.is_dir():
        files += sorted(p for p in parts.iterdir() if p.suffix in (".list", ".sources"))
    return [f for f in files if f.is_file()]


def _one_line_entries(text):
    """`deb [signed-by=K trusted=yes] URI SUITE COMPONENT...`"""
    for line in text.splitlines():
        match = re.match(r"deb(?:-src)?\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)",
                         line.split("#")[0].strip())
        if not match:
            continue
        options = dict(o.split("=", 1) for o in (match[1] or "").split() if "=" in o)
        yield {"uris": match[2], "suites": match[3], "components": match[4],
               "signed-by": options.get("signed-by", ""),
               "trusted": options.get("trusted", "")}


def _deb822_entries(text):
    text = "\n".join(l for l in text.splitlines() if not l.startswith("#"))
    for stanza in re.split(r"\n\s*\n", text):
        fields, last = {}, None
        for line in stanza.splitlines():
            if line[:1].isspace() and last:
                fields[last] += "\n" + line
            elif ":" in line:
                last, value = line.split(":", 1)
                last = last.strip().lower()
                fields[last] = value.strip()
        if fields.get("uris") and fields.get("enabled", "yes").lower() not in ("no", "false"):
            yield fields


def _is_debian(entry):
    """A Debian mirror, as opposed to some vendor's repository without sources."""
    parts = [p for uri in entry["uris"].split() for p in re.split(r"[/:]+", uri)]
    return ("main" in entry.get("components", "").split()
            and any(p in ("debian", "debian-security") for p in parts))


def _write_source_list(path):
    stanzas = []
    for file in _apt_sources_files():
        text = file.read_text(errors="replace")
        read = _deb822_entries if file.suffix == ".sources" else _one_line_entries
        for entry in filter(_is_debian, read(text)):
            lines = ["Types: deb-src", f"URIs: {entry['uris']}", f"Suites: {entry['suites']}",
                     "Components: main"]
            for key, name in (("signed-by", "Signed-By"), ("trusted", "Trusted")):
                if entry.get(key):
                    lines.append(f"{name}: {entry[key]}")
            stanza = "\n".join(lines) + "\n"
            if stanza not in stanzas:
                stanzas.append(stanza)
    if not stanzas:
        raise SourceError("no Debian mirror with component main among apt's configured sources")
    text = "\n".join(stanzas)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
        return True
    return False


def _compare_versions(a, b):
    if a == b:
        return 0
    newer = subprocess.run(["dpkg", "--compare-versions", a, "gt", b]).returncode == 0
    return 1 if newer else -1


class SourceCache:
    """Source packages below DIRECTORY, which is created. Downloads each package once."""

    def __init__(self, directory):
        self.directory = Path(directory).resolve()
        self._apt = self.directory / "apt"
        self._updated = False

    def _options(self):
        apt = self._apt
        return ["-o", f"Dir::Etc::SourceList={apt}/debian.sources",
                "-o", "Dir::Etc::SourceParts=-",
                "-o", f"Dir::State::Lists={apt}/lists",
                "-o", f"Dir::Cache={apt}/cache",
                "-o", "APT::Sandbox::User=root" if os.geteuid() == 0 else "Debug::NoLocking=1",
                "-qq"]

    def _update(self):
        if self._updated:
            return
        for sub in ("lists/partial", "cache/archives/partial"):
            (self._apt / sub).mkdir(parents=True, exist_ok=True)
        changed = _write_source_list(self._apt / "debian.sources")
        stamp = self._apt / "updated"
        if changed or not stamp.exists() or time.time() - stamp.stat().st_mtime > LISTS_MAX_AGE:
            self._run(["apt-get", *self._options(), "update"])
            stamp.touch()
        self._updated = True

    def _run(self, argv, **kwargs):
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              **kwargs)
        if done.returncode != 0:
            raise SourceError(f"{argv[0]}: exit status {done.returncode}\n{done.stdout.strip()}")

    def dsc(self, package):
        """The .dsc of PACKAGE, downloaded if it is not in the cache."""
        place = self.directory / package
        found = sorted(place.glob("*.dsc")) if place.is_dir() else []
        if found:
            return found[-1]
        for tool, owner in (("apt-get", "apt"), ("dpkg-source", "dpkg-dev")):
            if not shutil.which(tool):
                raise SourceError(f"{tool} not found; it is in Debian's package {owner}")
        self._update()
        scratch = self.directory / f".{package}.{os.getpid()}"
        scratch.mkdir(parents=True)
        try:
            self._download(package, scratch)
            scratch.rename(place)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return sorted(place.glob("*.dsc"))[-1]

    def _download(self, package, directory):
        """The newest version that a mirror really has: not every mirror carries the
        sources of the security archive that its lists promise."""
        listed = subprocess.run(
            ["apt-cache", *self._options(), "showsrc", "--only-source", package],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        versions = list(dict.fromkeys(re.findall(r"^Version: (\S+)", listed, re.M)))
        if not versions:
            raise SourceError(f"{package}: no such source package")
        versions.sort(key=functools.cmp_to_key(_compare_versions), reverse=True)
        for version in versions:
            try:
                self._run(["apt-get", *self._options(), "source", "--download-only",
                           "--only-source", f"{package}={version}"], cwd=directory)
                return
            except SourceError as error:
                failure = error
        raise failure

    def version(self, package):
        for line in self.dsc(package).read_text(errors="replace").splitlines():
            if line.startswith("Version:"):
                return line.split(":", 1)[1].strip()
        raise SourceError(f"{self.dsc(package)}: no Version field")

    def unpack(self, package, directory, pristine=False):
        """Unpack PACKAGE as DIRECTORY, which must not exist. PRISTINE: as upstream
        released it, without Debian's patches."""
        argv = ["dpkg-source", "--no-check", "--no-copy"]
        argv += ["--skip-patches"] if pristine else []
        self._run(argv + ["-x", str(self.dsc(package)), str(directory)])


def missing_packages(packages):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}|${Package}\n", *packages],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    present = {l.split("|")[1] for l in done.stdout.splitlines() if l.startswith("ii")}
    return sorted(set(packages) - present)


def install_packages(packages):
    """Install PACKAGES with apt, as root or through sudo."""
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    env = prefix + ["env", "DEBIAN_FRONTEND=noninteractive"]
    for command in (["apt-get", "update", "-qq"],
                    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(env + command, stdout=sys.stderr)
        if done.returncode != 0:
            raise SourceError(f"{' '.join(command)}: exit status {done.returncode}")
