# Ends with 2: what is to be shown was not come to.
stuck() {
  printf 'cannot tell: %s\n' "$1" >&2
  exit 2
}

# The step that follows.
step() {
  [ -z "${TRACE-}" ] || printf '\n== %s\n' "$1" >&2
}

# JSON to text.
text() {
  printf '%s' "$1" | jq -r 'if type == "string" then . else tojson end'
}

# Texts, one after another, to one JSON string.
string() {
  jq -cn '$ARGS.positional | join("")' --args "$@"
}

# Text, encoded for a URL or a form.
encoded() {
  jq -rn --arg text "$1" '$text | @uri'
}

# Goes on only where all of these were obtained.
need() {
  for name in "$@"; do
    eval "value=\${$name-}"
    [ -n "$value" ] || stuck "\`$name\` was never obtained"
  done
}

# The next random number below $1.
random_below() {
  number=$(od -An -N4 -tu4 /dev/urandom)
  printf '%s' "$((number % $1))"
}

# Random lower-case letters and digits, $1 of them.
random_word() {
  LC_ALL=C tr -dc 'a-z0-9' </dev/urandom | head -c "$1"
}

random_uuid() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' |
    sed 's/^\(.\{8\}\)\(.\{4\}\).\(.\{3\}\).\(.\{3\}\)\(.\{12\}\)$/\1-\2-4\3-8\4-\5/'
}

# Sends with curl; 429 is waited out. Keeps $dir/body, $dir/headers, $status, $outcome and $at.
send() {
  tries=0
  while :; do
    : >"$dir/body"
    status=$(curl -sS --globoff --path-as-is --max-time "${MAX_TIME:-30}" -o "$dir/body" -D "$dir/headers" \
      -w '%{http_code}' -H 'expect:' -H 'accept: application/json' "$@" 2>"$dir/error") || status=000
    [ "$status" = 429 ] && [ "$tries" -lt 8 ] || break
    tries=$((tries + 1))
    after=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9][0-9]*\).*/\1/p' "$dir/headers" | head -n 1)
    sleep "${after:-1}"
  done
  outcome=other
  error=
  case $status in
  2*) outcome=accepted ;;
  4*)
    outcome=refused
    error=$(jq -r '.error? // empty' "$dir/body" 2>/dev/null) || error=
    ;;
  esac
  at=$(now)
  [ -z "${TRACE-}" ] || {
    printf '%s\n' "-> $status $error" >&2
    cat "$dir/body" "$dir/error" >&2
    echo >&2
  }
}

# One of several requests that are sent at the same time; the first word is its number.
at_once() {
  number=$1
  shift
  curl -sS --globoff --path-as-is --max-time "${MAX_TIME:-30}" -o "$dir/body.$number" -w '%{http_code}\n' \
    -H 'expect:' -H 'accept: application/json' "$@" >"$dir/status.$number" 2>/dev/null || echo 000 >"$dir/status.$number"
}

# How many of the requests that were sent at the same time were accepted.
accepted_at_once() {
  cat "$dir"/status.* | grep -c '^2' || :
}

# The answer in a few words.
answer() {
  case $status in
  000) printf 'no answer: %s' "$(cat "$dir/error")" ;;
  *) printf '%s%s' "$status" "${error:+ \`$error\`}" ;;
  esac
}

# Whether the answer is one of these kinds.
is_any() {
  for kind in "$@"; do
    case $kind in
    open) return 0 ;;
    ok) [ "$outcome" = accepted ] && return 0 ;;
    refused) [ "$outcome" = refused ] && return 0 ;;
    validation) case $status in
      401 | 403) holds '.detail | type == "array"' && return 0 ;;
      *) [ "$outcome" = refused ] && holds 'has("detail")' && return 0 ;;
      esac ;;
    error:*) [ "$outcome" = refused ] && [ "$error" = "${kind#error:}" ] && return 0 ;;
    status:*) [ "$status" = "${kind#status:}" ] && return 0 ;;
    esac
  done
  return 1
}

# A step on the way: step, what is expected, kinds.
on_the_way() {
  place=$1 expected=$2
  shift 2
  is_any "$@" || stuck "step $place: expected $expected, actual $(answer)"
}

# Prints that the fault shows.
shows() {
  printf 'FAULT SHOWN at step %s\n  expected  %s\n  actual    %s\n' "$1" "$2" "$3"
  fault=1
}

# The step in question: step, what is expected, kinds.
expect() {
  place=$1 expected=$2
  shift 2
  case "$status $*" in
  000*) stuck "step $place: $(answer)" ;;
  5*status:5*) ;;
  5*) stuck "step $place: the target failed with $status, which is a fault of its own; expected $expected" ;;
  esac
  is_any "$@" || shows "$place" "$expected" "$(answer)"
}

# Whether a jq test over the body holds; its further arguments are jq's.
holds() {
  test_=$1
  shift
  jq -e "$@" "$jq_definitions $test_" "$dir/body" >/dev/null 2>&1
}

# The step in question: step, what is expected, the place in the body, a jq test, jq's further arguments.
expect_body() {
  place=$1 expected=$2 where=$3 test_=$4
  shift 4
  case $status in
  2* | 4*) ;;
  *) stuck "step $place: $(answer)" ;;
  esac
  holds "$test_" "$@" || shows "$place" "$expected" "$(jq -c "$jq_definitions value($where)" "$dir/body" 2>/dev/null || cat "$dir/body")"
}

# What a jq filter finds in the answer.
shown_value() {
  case $status in
  000) answer ;;
  *) jq -c "$jq_definitions $1" "$dir/body" 2>/dev/null || printf 'no such JSON: %s' "$(head -c 200 "$dir/body")" ;;
  esac
}

# Whether the answer repeats a text, in its headers or its body, plain or encoded.
repeats() {
  [ -n "$1" ] || return 1
  for form in "$1" "$(encoded "$1")" "$(printf '%s' "$1" | base64 | tr -d '\n')"; do
    cat "$dir/headers" "$dir/body" | grep -qF -e "$form" && return 0
  done
  return 1
}

# A header of the answer, by its name in lower case.
header() {
  tr -d '\r' <"$dir/headers" | awk -v name="$1" 'tolower(substr($0, 1, length(name) + 1)) == name ":" {
    value = substr($0, length(name) + 2); sub(/^[ \t]+/, "", value); print value }'
}

# A value of the answer, as JSON; nothing where there is none.
field() {
  jq -c "$jq_definitions at($1)[]" "$dir/body" 2>/dev/null || :
}

# Whether two JSON values are equal.
same() {
  jq -en --argjson a "$1" --argjson b "$2" '$a == $b' >/dev/null
}

# The target's time in seconds since 1970.
now() {
  jq -n --argjson advanced "${advanced:-0}" 'now + $advanced'
}

# When a stated life ends: the life, and when it was stated.
life_end() {
  jq -n --argjson life "$1" --argjson at "$2" '($life | tonumber) as $l | if $l >= 1000000000 then $l else $at + $l end'
}

# Seconds from now until a stated life is surely over.
until_past() {
  jq -n --argjson over "$(life_end "$1" "$2")" --argjson at "$2" --argjson now "$(now)" \
    '(($over - $at) / 10 | if . < 2 then 2 elif . > 120 then 120 else . end) as $margin
      | [$over + $margin - $now, 0] | max | ceil'
}

# Seconds from now until a share ($3) of a stated life has passed.
until_share() {
  jq -n --argjson over "$(life_end "$1" "$2")" --argjson at "$2" --argjson share "$3" --argjson now "$(now)" \
    '[$over - ($over - $at) * (1 - $share) - $now, 0] | max | floor'
}

# Whether a stated life ends within so many seconds.
is_due() {
  jq -en --argjson over "$(life_end "$1" "$2")" --argjson within "$3" --argjson now "$(now)" \
    '$over - $now <= ($within | tonumber)' >/dev/null
}

# Seconds, and one more.
a_little_more() {
  jq -n --argjson seconds "$1" '($seconds | tonumber) + 1 | ceil'
}

# Text of the same shape that was never issued.
forged() {
  case $1 in
  ????????-????-????-????-????????????) string "$(random_uuid)" ;;
  *) jq -cn --arg text "$1" --argjson by "$(($(random_below 5) + 1))" '
    ($text | [match("[A-Za-z0-9]"; "g").string] | all(test("[0-9a-fA-F]"))) as $hex
    | (if $hex then 6 else 26 end) as $letters
    | $text | explode
    | map(if . >= 48 and . <= 57 then (. - 48 + $by) % 10 + 48
          elif . >= 97 and . <= 122 then (. - 97 + $by) % $letters + 97
          elif . >= 65 and . <= 90 then (. - 65 + $by) % $letters + 65 else . end)
    | implode' ;;
  esac
}

# Text with one character changed, away from its end.
tampered() {
  jq -cn --arg text "$1" '
    ($text | explode) as $c | ($c | length) as $n | ([$n, 12] | min / 2 | floor) as $skip
    | [range($n - 1 - $skip; -1; -1), range($n - 1; -1; -1)]
    | map(select($c[.] as $x | ($x >= 48 and $x <= 57) or ($x >= 65 and $x <= 90) or ($x >= 97 and $x <= 122)))
    | if length == 0 then $text + "x"
      else .[0] as $at | $c[$at] as $x
        | (if $x >= 48 and $x <= 57 then ($x - 48 + 1) % 10 + 48
           elif $x == 97 or $x == 65 then 98 else 65 end) as $y
        | [$c[:$at][], $y, $c[$at + 1:][]] | implode end'
}

# Text with every letter in the other case.
recased() {
  jq -cn --arg text "$1" '$text | explode
    | map(if . >= 97 and . <= 122 then . - 32 elif . >= 65 and . <= 90 then . + 32 else . end) | implode'
}

# A JSON Web Token without its signature, and with the algorithm `none`; nothing for another token.
unsigned() {
  jq -cn --arg token "$1" '
    ($token | split(".")) as $parts
    | (($parts[0] | gsub("-"; "+") | gsub("_"; "/")) + "===" | .[:(length / 4 | floor) * 4] | @base64d | fromjson)
    | select(has("alg")) | .alg = "none" | tojson | @base64
    | gsub("\\+"; "-") | gsub("/"; "_") | gsub("="; "") | . + "." + $parts[1] + "."' 2>/dev/null || :
}

# The digits of a code to what is sent: the digits, and the notation.
noted() {
  case $2:$1 in
  string:* | auto:0*) string "$1" ;;
  *[!0-9]) string "$1" ;;
  *) jq -cn --arg digits "$1" '$digits | tonumber' ;;
  esac
}

# Another code of the same length.
wrong_code() {
  jq -rn --arg digits "$1" '$digits | explode | .[-1] |= (if . >= 57 then 49 else . + 1 end) | implode'
}

# Every UUID of a link replaced: the link, and by what (`forged` or `garbled`).
other_uuids() {
  [ "$2" = garbled ] && by=no-uuid || by=$(random_uuid)
  jq -cn --arg link "$1" --arg by "$by" '$link
    | gsub("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"; $by)
    | gsub("(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])"; $by | if . == "no-uuid" then . else gsub("-"; "") end)
    | select(. != $link)'
}

# A link with nothing where its last UUID stood.
without_uuid() {
  jq -cn --arg link "$1" '$link
    | sub("(?<before>.*)([0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F]))"; .before)'
}

# A mailed link, or a query, followed at the target: the link, and the documented path.
link_url() {
  case ${1%%\?*} in
  '') printf '%s%s%s' "$base" "$2" "$1" ;;
  "$base"*) printf '%s' "$1" ;;
  *"$2" | *"$2"/) case $1 in *\?*) printf '%s%s?%s' "$base" "$2" "${1#*\?}" ;; *) printf '%s%s' "$base" "$2" ;; esac ;;
  /*) printf '%s%s' "$origin" "$1" ;;
  *) printf '%s' "$1" ;;
  esac
}

# Reads a message: what it is, where it came to, how long to wait, and the command that prints the newest value.
# One that was read before is no new one.
newest() {
  what=$1 address=$2 within=$3
  shift 3
  seen="$dir/seen.$(printf '%s %s' "$what" "$address" | cksum | tr -d ' ')"
  waited=0
  while :; do
    found=$("$@" "$address") || found=
    if [ -n "$found" ] && [ "$(cksum <"$dir/message")" != "$(cat "$seen" 2>/dev/null)" ]; then
      cksum <"$dir/message" >"$seen"
      return 0
    fi
    [ "$waited" -lt "$within" ] || return 1
    waited=$((waited + 1))
    sleep 1
  done
}

# Asks whoever sits at the terminal.
asked() {
  printf '%s ' "$1" >&2
  IFS= read -r found </dev/tty || stuck "$1: there is no terminal to ask at"
}

# So many equal characters.
repeated() {
  head -c "$1" /dev/zero | tr '\0' "$2"
}

# Text without so many of its last characters.
shortened() {
  jq -cn --arg text "$1" --argjson by "$2" '$text[:($text | length) - $by]'
}

# A token with every letter in the other case; nothing for one that is hexadecimal.
recased_token() {
  case $1 in *[g-zG-Z]*) recased "$1" ;; esac
}
