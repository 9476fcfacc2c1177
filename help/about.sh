#!/bin/sh
# about.sh FILE… - writes help/about.c: each topic as one string. Run by make.
set -e
echo '/* Made from help/about_*.txt by help/about.sh. */'
echo '#include "cmdlet/usage.h"'
echo
echo 'const sh_about sh_abouts[] = {'
for f in "$@"; do
	printf '\t{ "%s",\n' "$(basename "$f" .txt)"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/\t  "&\\n"/' "$f"
	printf '\t},\n'
done
printf '\t{ NULL, NULL },\n};\n'
