/*
 * net_enum.c - enumerations: those of .NET that scripts name, and what all,
 * also those of scripts (class.c), have: [enum]::GetNames and its like, casts,
 * bits. A word is an object with its number.
 */
#include <string.h>

#include "dotnet.h"

#define VALUE "\001value"
#define BITS "\001bits"

typedef struct {
	const char *name;	/* as type_fold has it, and its last part */
	const char *words;	/* Word or Word=number, blanks between */
	gboolean bits;
} known;

static const known table[] = {
	{ "DayOfWeek", "Sunday Monday Tuesday Wednesday Thursday Friday "
	  "Saturday", FALSE },
	{ "DateTimeKind", "Unspecified Utc Local", FALSE },
	{ "StringComparison", "CurrentCulture CurrentCultureIgnoreCase "
	  "InvariantCulture InvariantCultureIgnoreCase Ordinal "
	  "OrdinalIgnoreCase", FALSE },
	/* No enumeration there, but its objects are named as if. */
	{ "StringComparer", "CurrentCulture CurrentCultureIgnoreCase "
	  "InvariantCulture InvariantCultureIgnoreCase Ordinal "
	  "OrdinalIgnoreCase", FALSE },
	{ "StringSplitOptions", "None RemoveEmptyEntries TrimEntries", TRUE },
	{ "MidpointRounding", "ToEven AwayFromZero ToZero ToNegativeInfinity "
	  "ToPositiveInfinity", FALSE },
	{ "Text.RegularExpressions.RegexOptions", "None IgnoreCase Multiline "
	  "ExplicitCapture=4 Compiled=8 Singleline=16 "
	  "IgnorePatternWhitespace=32 RightToLeft=64 CultureInvariant=512",
	  TRUE },
	{ "ConsoleColor", "Black DarkBlue DarkGreen DarkCyan DarkRed "
	  "DarkMagenta DarkYellow Gray DarkGray Blue Green Cyan Red Magenta "
	  "Yellow White", FALSE },
	{ "Net.Sockets.AddressFamily", "Unspecified Unix InterNetwork "
	  "InterNetworkV6=23", FALSE },
	{ "Management.Automation.ActionPreference", "SilentlyContinue Stop "
	  "Continue Inquire Ignore Suspend Break", FALSE },
	{ "EnvironmentVariableTarget", "Process User Machine", FALSE },
};

static const known *
find (const char *type)
{
	g_autofree char *low = type_fold (type);

	for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
		const char *last = strrchr (table[i].name, '.');

		if (g_ascii_strcasecmp (table[i].name, low) == 0
		    || (last && g_ascii_strcasecmp (last + 1, low) == 0))
			return &table[i];
	}
	return NULL;
}

sh_value *
enum_make (const char *type, const char *word, gint64 i, gboolean bits)
{
	const char *last = strrchr (type, '.');
	sh_value *v = sh_object (last ? last + 1 : type);

	sh_set (v, "value__", sh_int (i));
	sh_set (v, VALUE, sh_int (i));
	if (bits)
		sh_set (v, BITS, sh_bool (TRUE));
	sh_set (v, "\001text", sh_string (word));
	return v;
}

gboolean
enum_number (const sh_value *v, gint64 *i)
{
	sh_value *own = sh_value_kind (v) == SH_OBJECT ? sh_peek (v, VALUE)
		: NULL;

	return own != NULL && sh_to_int (own, i);
}

static sh_value *
words_of (const known *k)
{
	g_auto (GStrv) words = g_strsplit (k->words, " ", -1);
	sh_value *out = sh_hash ();
	gint64 next = 0;

	for (char **w = words; *w != NULL; w++) {
		char *number = strchr (*w, '=');

		if (number != NULL) {
			*number = '\0';
			next = g_ascii_strtoll (number + 1, NULL, 10);
		}
		sh_set (out, *w, enum_make (k->name, *w, next++, k->bits));
	}
	return out;
}

/* Word -> its object, in order; NULL: there is no such enumeration. */
static sh_value *
enum_words (sh_interp *in, const char *type)
{
	sh_value *own = class_enum_words (in, type);
	const known *k = own ? NULL : find (type);

	return own ? own : k ? words_of (k) : NULL;
}

/* "R, W" of 3; owned; NULL: no words make it. */
static char *
text_of_bits (const sh_value *words, gint64 i)
{
	g_autoptr (GString) s = g_string_new (NULL);
	gint64 rest = i;

	for (guint at = sh_property_count (words); at-- > 0;) {
		sh_value *w = sh_nth (words, at);
		g_autofree char *text = sh_to_text (w);
		gint64 own = 0;

		enum_number (w, &own);
		if (own == 0 || (rest & own) != own)
			continue;
		rest &= ~own;
		g_string_prepend (s, s->len ? ", " : "");
		g_string_prepend (s, text);
	}
	return rest || s->len == 0 ? NULL
		: g_string_free (g_steal_pointer (&s), FALSE);
}

/* The word of a number; NULL: there is none. */
static sh_value *
word_of (const sh_value *words, const char *type, gint64 i)
{
	gboolean bits = FALSE;
	g_autofree char *text = NULL;

	for (guint at = 0; at < sh_property_count (words); at++) {
		sh_value *w = sh_nth (words, at);
		gint64 own = 0;

		bits |= sh_peek (w, BITS) != NULL;
		if (enum_number (w, &own) && own == i)
			return sh_ref (w);
	}
	text = bits ? text_of_bits (words, i) : NULL;
	return text ? enum_make (type, text, i, TRUE) : NULL;
}

/* "Word", "Word, Word" or a number; NULL: none of these. */
static sh_value *
word_given (const sh_value *words, const char *type, sh_value *v)
{
	g_autofree char *text = sh_to_text (v);
	g_auto (GStrv) parts = NULL;
	sh_value *w = sh_peek (words, text);
	gint64 i, sum = 0;

	if (w != NULL)
		return sh_ref (w);
	if (sh_value_kind (v) != SH_NULL && *text && sh_to_int (v, &i))
		return word_of (words, type, i);
	parts = g_strsplit (text, ",", -1);
	for (char **p = parts; *p != NULL; p++) {
		w = sh_peek (words, g_strstrip (*p));
		if (w == NULL || !enum_number (w, &i))
			return NULL;
		sum |= i;
	}
	return parts[0] ? word_of (words, type, sum) : NULL;
}

static sh_value *
refuse (sh_interp *in, node *n, const char *type, const sh_value *words,
	const sh_value *v, GError **error)
{
	g_auto (GStrv) names = sh_properties (words);
	g_autofree char *list = g_strjoinv (" ", names);
	g_autofree char *text = sh_to_text (v);

	return fail_as (in, n, SH_ERROR_CAST, error, "'%s' is no %s; there "
			"are: %s", text, type, list);
}

sh_value *
enum_cast (sh_interp *in, node *n, const char *type, sh_value *v,
	   gboolean *known_type, GError **error)
{
	g_autoptr (sh_value) words = enum_words (in, type);
	const known *k = find (type);
	const char *name = k ? k->name : type;
	sh_value *first = words ? sh_nth (words, 0) : NULL, *out;

	*known_type = words != NULL;
	if (words == NULL)
		return NULL;
	name = first ? sh_type_name (first) : name;
	if (g_ascii_strcasecmp (sh_type_name (v), name) == 0)
		return sh_ref (v);
	out = word_given (words, name, v);
	return out ? out : refuse (in, n, name, words, v, error);
}

sh_value *
enum_static_get (sh_interp *in, const char *type, const char *word)
{
	g_autoptr (sh_value) words = enum_words (in, type);

	return words ? sh_get (words, word) : NULL;
}

/* A calculation with bits of such a word gives one. */
sh_value *
enum_result (sh_interp *in, const sh_value *like, gint64 i)
{
	g_autoptr (sh_value) words = enum_words (in, sh_type_name (like));
	sh_value *out = words ? word_of (words, sh_type_name (like), i) : NULL;

	return out ? out : sh_int (i);
}

/* ---- [enum]::… ---- */

/* The words of the type that is the first argument; NULL with error. */
static sh_value *
words_given (const net_call *c)
{
	g_autofree char *type = net_text (c, 0);
	sh_value *words = enum_words (c->in, type);

	return words ? words
		: net_fail (c, "[%s] is no enumeration that is known here",
			    type);
}

static sh_value *
names_in (const sh_value *words)
{
	sh_value *out = sh_array ();
	g_auto (GStrv) names = sh_properties (words);

	for (char **k = names; *k != NULL; k++)
		sh_array_add (out, sh_string (*k));
	return out;
}

static sh_value *
get_names (const net_call *c)
{
	g_autoptr (sh_value) words = words_given (c);

	return words ? names_in (words) : NULL;
}

static sh_value *
get_values (const net_call *c)
{
	g_autoptr (sh_value) words = words_given (c);

	return words ? sh_hash_part (words, TRUE) : NULL;
}

static sh_value *
is_defined (const net_call *c)
{
	g_autoptr (sh_value) words = words_given (c), w = NULL;
	g_autofree char *text = net_text (c, 1), *word = NULL;
	gint64 i;

	if (words == NULL)
		return NULL;
	if (enum_number (net_arg (c, 1), &i)
	    || (sh_value_kind (net_arg (c, 1)) == SH_INT
		&& sh_to_int (net_arg (c, 1), &i))) {
		for (guint at = 0; at < sh_property_count (words); at++) {
			gint64 own = 0;

			if (enum_number (sh_nth (words, at), &own) && own == i)
				return sh_bool (TRUE);
		}
		return sh_bool (FALSE);
	}
	w = sh_get (words, text);
	word = w ? sh_to_text (w) : NULL;
	return sh_bool (g_strcmp0 (word, text) == 0);
}

static sh_value *
parse (const net_call *c)
{
	g_autofree char *type = net_text (c, 0);
	gboolean there;
	sh_value *v = enum_cast (c->in, c->n, type, net_arg (c, 1), &there,
				 c->error);

	return there ? v : net_fail (c, "[%s] is no enumeration that is known "
				     "here", type);
}

static sh_value *
get_name (const net_call *c)
{
	sh_value *v = parse (c);
	g_autoptr (sh_value) word = v;

	return word ? sh_string_take (sh_to_text (word)) : NULL;
}

/* ([Type]).GetEnumNames () */
static sh_value *
of_type (const net_call *c, gboolean names)
{
	g_autofree char *type = sh_to_text (c->self);
	g_autoptr (sh_value) words = enum_words (c->in, type);

	if (words == NULL)
		return net_fail (c, "[%s] is no enumeration that is known "
				 "here", type);
	return names ? names_in (words) : sh_hash_part (words, TRUE);
}

static sh_value *
type_names (const net_call *c)
{
	return of_type (c, TRUE);
}

static sh_value *
type_values (const net_call *c)
{
	return of_type (c, FALSE);
}

sh_value *
enum_has_flag (sh_interp *in, node *n, const sh_value *v,
	       const sh_value *flag, GError **error)
{
	gint64 own, want;

	if (!enum_number (v, &own) || !enum_number (flag, &want))
		return fail_at (in, n, error, "HasFlag needs words of the "
				"same enumeration");
	return sh_bool ((own & want) == want);
}

const net_method net_enum_statics[] = {
	{ "enum", "GetNames", 1, get_names },
	{ "enum", "GetValues", 1, get_values },
	{ "enum", "IsDefined", 2, is_defined },
	{ "enum", "Parse", 2, parse }, { "enum", "ToObject", 2, parse },
	{ "enum", "GetName", 2, get_name },
	{ NULL, NULL, 0, NULL },
};

const net_method net_enum_methods[] = {
	{ "runtimetype", "GetEnumNames", 0, type_names },
	{ "runtimetype", "GetEnumValues", 0, type_values },
	{ NULL, NULL, 0, NULL },
};
