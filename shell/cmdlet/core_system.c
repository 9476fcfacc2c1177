/*
 * core_system.c - what scripts ask about the machine: Get-CimInstance and
 * Get-WmiObject for three classes, Get-ItemProperty for the release's key,
 * Get-Host, Get-Culture, Test-Connection.
 */
#include <string.h>
#include <sys/utsname.h>

#include "core.h"

static guint64
mem_kb (const char *name)
{
	g_autofree char *text = NULL;
	const char *at;

	if (!g_file_get_contents ("/proc/meminfo", &text, NULL, NULL))
		return 0;
	at = strstr (text, name);
	return at ? g_ascii_strtoull (at + strlen (name) + 1, NULL, 10) : 0;
}

static char *
os_info (const char *key, const char *otherwise)
{
	char *value = g_get_os_info (key);

	return value ? value : g_strdup (otherwise);
}

/* ---- processors: a package each ---- */

typedef struct {
	char *id, *name, *vendor, *mhz;
	guint threads;
	GHashTable *cores;
} package;

static void
package_free (gpointer p)
{
	package *x = p;

	g_free (x->id);
	g_free (x->name);
	g_free (x->vendor);
	g_free (x->mhz);
	g_hash_table_unref (x->cores);
	g_free (x);
}

static package *
package_of (GPtrArray *all, const char *id)
{
	package *x;

	for (guint i = 0; i < all->len; i++)
		if (strcmp (((package *) all->pdata[i])->id, id) == 0)
			return all->pdata[i];
	x = g_new0 (package, 1);
	x->id = g_strdup (id);
	x->cores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					  NULL);
	g_ptr_array_add (all, x);
	return x;
}

/* "model name\t: Xeon" of a block of /proc/cpuinfo; owned or NULL. */
static char *
info_line (char **lines, const char *key)
{
	for (; *lines != NULL; lines++) {
		const char *colon = strchr (*lines, ':');

		if (colon != NULL && g_str_has_prefix (*lines, key)
		    && strspn (*lines + strlen (key), "\t ") == (gsize) (
			    colon - *lines) - strlen (key))
			return g_strstrip (g_strdup (colon + 1));
	}
	return NULL;
}

static GPtrArray *
packages (void)
{
	GPtrArray *all = g_ptr_array_new_with_free_func (package_free);
	g_autofree char *text = NULL;
	g_auto (GStrv) blocks = NULL;

	if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL))
		text = g_strdup ("");
	blocks = g_strsplit (text, "\n\n", -1);
	for (char **b = blocks; *b != NULL; b++) {
		g_auto (GStrv) lines = g_strsplit (*b, "\n", -1);
		g_autofree char *cpu = info_line (lines, "processor");
		g_autofree char *id = info_line (lines, "physical id");
		char *core = info_line (lines, "core id");
		package *x;

		if (cpu == NULL) {
			g_free (core);
			continue;
		}
		x = package_of (all, id ? id : "0");
		x->threads++;
		g_hash_table_add (x->cores, core ? core : g_strdup (cpu));
		if (x->name == NULL)
			x->name = info_line (lines, "model name");
		if (x->vendor == NULL)
			x->vendor = info_line (lines, "vendor_id");
		if (x->mhz == NULL)
			x->mhz = info_line (lines, "cpu MHz");
	}
	return all;
}

static void
emit_processors (sh_call *call)
{
	g_autoptr (GPtrArray) all = packages ();

	for (guint i = 0; i < all->len; i++) {
		package *x = all->pdata[i];
		g_autofree char *id = g_strdup_printf ("CPU%u", i);
		sh_value *v = sh_object ("Win32_Processor");

		sh_set (v, "DeviceID", sh_string (id));
		sh_set (v, "Name", sh_string (x->name ? x->name : "unknown"));
		sh_set (v, "Caption", sh_string (x->name));
		sh_set (v, "Manufacturer", sh_string (x->vendor));
		sh_set (v, "NumberOfCores", sh_int (
			g_hash_table_size (x->cores)));
		sh_set (v, "NumberOfEnabledCore", sh_int (
			g_hash_table_size (x->cores)));
		sh_set (v, "NumberOfLogicalProcessors", sh_int (x->threads));
		sh_set (v, "ThreadCount", sh_int (x->threads));
		sh_set (v, "MaxClockSpeed", sh_int ((gint64) (x->mhz
			? g_ascii_strtod (x->mhz, NULL) : 0)));
		sh_set (v, "SocketDesignation", sh_string (id));
		sh_emit (call, v);
	}
}

/* ---- the system ---- */

static void
emit_system (sh_call *call)
{
	struct utsname u;
	g_autofree char *caption = os_info ("PRETTY_NAME", "Linux");
	gint64 second = G_USEC_PER_SEC, up = 0;
	g_autofree char *uptime = NULL;
	sh_value *v = sh_object ("Win32_OperatingSystem");

	uname (&u);
	if (g_file_get_contents ("/proc/uptime", &uptime, NULL, NULL))
		up = (gint64) g_ascii_strtod (uptime, NULL);
	sh_set (v, "Caption", sh_string (caption));
	sh_set (v, "Version", sh_string (u.release));
	sh_set (v, "BuildNumber", sh_string ("20348"));
	sh_set (v, "CSName", sh_string (g_get_host_name ()));
	sh_set (v, "OSArchitecture", sh_string (u.machine));
	sh_set (v, "ProductType", sh_int (3));
	sh_set (v, "TotalVisibleMemorySize", sh_int ((gint64) mem_kb (
		"MemTotal")));
	sh_set (v, "FreePhysicalMemory", sh_int ((gint64) mem_kb (
		"MemAvailable")));
	sh_set (v, "LastBootUpTime", sh_date (g_get_real_time ()
					      - up * second));
	sh_set (v, "LocalDateTime", sh_date (g_get_real_time ()));
	sh_emit (call, v);
}

static char *
dmi (const char *name)
{
	g_autofree char *path = g_strconcat ("/sys/class/dmi/id/", name, NULL);
	char *text = NULL;

	if (!g_file_get_contents (path, &text, NULL, NULL))
		return g_strdup ("");
	return g_strchomp (text);
}

static void
emit_computer (sh_call *call)
{
	g_autoptr (GPtrArray) cpus = packages ();
	g_autofree char *maker = dmi ("sys_vendor");
	g_autofree char *model = dmi ("product_name");
	sh_value *v = sh_object ("Win32_ComputerSystem");

	sh_set (v, "Name", sh_string (g_get_host_name ()));
	sh_set (v, "DNSHostName", sh_string (g_get_host_name ()));
	sh_set (v, "Domain", sh_string ("WORKGROUP"));
	sh_set (v, "PartOfDomain", sh_bool (FALSE));
	sh_set (v, "Manufacturer", sh_string (maker));
	sh_set (v, "Model", sh_string (model));
	sh_set (v, "NumberOfProcessors", sh_int (cpus->len));
	sh_set (v, "NumberOfLogicalProcessors", sh_int (
		g_get_num_processors ()));
	sh_set (v, "TotalPhysicalMemory", sh_int ((gint64) mem_kb (
		"MemTotal") * 1024));
	sh_set (v, "HypervisorPresent", sh_bool (g_file_test (
		"/sys/module/kvm", G_FILE_TEST_IS_DIR)));
	sh_emit (call, v);
}

/* ---- Get-CimInstance, Get-WmiObject ---- */

CORE_HANDLER (get_cim);

static const struct {
	const char *name;
	void (*emit) (sh_call *call);
} classes[] = {
	{ "Win32_Processor", emit_processors },
	{ "Win32_OperatingSystem", emit_system },
	{ "Win32_ComputerSystem", emit_computer },
};

static const sh_param cim_params[] = {
	{ "ClassName", &sh_type_string, SH_MANDATORY, 1, "Class", NULL,
	  "Win32_Processor, Win32_OperatingSystem or Win32_ComputerSystem" },
	{ "Property", &sh_type_string, SH_LIST, 2, NULL, NULL,
	  "accepted: all properties are there" },
	{ "Filter", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: there are few objects" },
	{ "Namespace", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: root/cimv2" },
	{ "ComputerName", &sh_type_string, SH_LIST, 0, "CN", NULL,
	  "this computer alone" },
};

const sh_cmdlet cmdlet_get_ciminstance =
	CORE_CMDLET ("Get-CimInstance", "gcim", cim_params,
		     "What the machine is made of: processors, system",
		     "Get-CimInstance Win32_Processor", NULL, get_cim, NULL);

const sh_cmdlet cmdlet_get_wmiobject =
	CORE_CMDLET ("Get-WmiObject", "gwmi", cim_params,
		     "What the machine is made of: as Get-CimInstance",
		     "(Get-WmiObject Win32_ComputerSystem).Name", NULL,
		     get_cim, NULL);

static gboolean
is_here (const char *computer)
{
	return strcmp (computer, ".") == 0
		|| g_ascii_strcasecmp (computer, "localhost") == 0
		|| strcmp (computer, "127.0.0.1") == 0
		|| g_ascii_strcasecmp (computer, g_get_host_name ()) == 0;
}

static gboolean
get_cim (sh_call *call, GError **error)
{
	const char *name = sh_arg_text (call, "ClassName");
	sh_value *computers = sh_arg (call, "ComputerName");

	for (guint i = 0; computers && i < sh_array_length (computers); i++) {
		const char *c = sh_text (sh_array_get (computers, i));

		if (is_here (c))
			continue;
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "%s is asked about this computer alone, not '%s'; "
			     "Invoke-Command -ComputerName runs it there",
			     sh_call_cmdlet (call)->name, c);
		return FALSE;
	}
	for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
		if (g_ascii_strcasecmp (classes[i].name, name) == 0) {
			classes[i].emit (call);
			return TRUE;
		}
	g_set_error (error, SH_ERROR, SH_ERROR_NOT_FOUND, "there is no class "
		     "'%s' here; there are Win32_Processor, "
		     "Win32_OperatingSystem and Win32_ComputerSystem", name);
	return FALSE;
}

/* ---- Get-ItemProperty and its like ---- */

CORE_HANDLER (get_property);
CORE_HANDLER (set_property);

static const sh_param property_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_PIPE_VALUE
	  | SH_PIPE_NAME, 1, "LiteralPath,PSPath", NULL,
	  "a key of the registry that is known here, or a file" },
	{ "Name", &sh_type_string, SH_LIST, 2, "PSProperty", NULL,
	  "only these properties" },
};

const sh_cmdlet cmdlet_get_itemproperty =
	CORE_CMDLET ("Get-ItemProperty", "gp,Get-ItemPropertyValue",
		     property_params,
		     "Reads the release from the registry, or about a file",
		     "(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows "
		     "NT\\CurrentVersion').CurrentBuildNumber", NULL,
		     get_property, NULL);

static gboolean
get_property (sh_call *call, GError **error)
{
	const char *path = sh_arg_text (call, "Path");
	g_autofree char *file = core_path (path);
	g_autoptr (sh_value) v = sh_drive_item (path);

	if (v == NULL)
		v = core_file_object (file);
	if (v != NULL) {
		sh_emit (call, sh_ref (v));
		return TRUE;
	}
	g_set_error (error, SH_ERROR, SH_ERROR_NOT_FOUND, "cannot find '%s'%s",
		     path, sh_drive_is (path) ? ": there is no registry here; "
		     "HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion "
		     "alone is answered" : "");
	return FALSE;
}

static const sh_param set_property_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_PIPE_NAME, 1,
	  "LiteralPath,PSPath", NULL, "key of the registry" },
	{ "Name", &sh_type_string, SH_LIST, 2, NULL, NULL, "property" },
	{ "Value", &sh_type_object, 0, 3, NULL, NULL, "what it shall hold" },
	{ "PropertyType", &sh_type_string, 0, 0, "Type", NULL, "accepted" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
};

const sh_cmdlet cmdlet_set_itemproperty =
	CORE_CMDLET ("Set-ItemProperty",
		     "sp,New-ItemProperty,Remove-ItemProperty",
		     set_property_params,
		     "Warns: there is no registry to write to",
		     "Set-ItemProperty HKLM:\\SOFTWARE\\Mine Name 1", NULL,
		     set_property, NULL);

static gboolean
set_property (sh_call *call, GError **error)
{
	sh_warn (call, "there is no registry here: nothing was written to "
		 "'%s'", sh_arg_text (call, "Path"));
	return TRUE;
}

/* ---- Get-Host, Get-Culture ---- */

CORE_HANDLER (get_host);
CORE_HANDLER (get_culture);

const sh_cmdlet cmdlet_get_host =
	CORE_PLAIN ("Get-Host", NULL, "Names this program",
		    "(Get-Host).Name", get_host);

static gboolean
get_host (sh_call *call, GError **error)
{
	g_autoptr (sh_value) v = sh_var_get (sh_call_interp (call), "Host");

	sh_emit (call, v ? sh_ref (v) : sh_null ());
	return TRUE;
}

const sh_cmdlet cmdlet_get_culture =
	CORE_PLAIN ("Get-Culture", "Get-UICulture",
		    "The culture: numbers and dates are those of en-US",
		    "(Get-Culture).Name", get_culture);

static gboolean
get_culture (sh_call *call, GError **error)
{
	sh_value *v = sh_object ("CultureInfo");

	sh_set (v, "LCID", sh_int (1033));
	sh_set (v, "Name", sh_string ("en-US"));
	sh_set (v, "DisplayName", sh_string ("English (United States)"));
	sh_set (v, "\001text", sh_string ("en-US"));
	sh_emit (call, v);
	return TRUE;
}

/* ---- Test-Connection ---- */

CORE_HANDLER (test_connection);

static const sh_param connection_params[] = {
	{ "ComputerName", &sh_type_string, SH_MANDATORY | SH_LIST
	  | SH_PIPE_VALUE, 1, "TargetName,CN,IPAddress", NULL,
	  "names or addresses to ping" },
	{ "Count", &sh_type_int32, 0, 0, NULL, NULL,
	  "how many pings; 4 without it" },
	{ "Quiet", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only: did one come back?" },
	{ "BufferSize", &sh_type_int32, 0, 0, "Size", NULL,
	  "bytes of a ping" },
	{ "TimeoutSeconds", &sh_type_int32, 0, 0, NULL, NULL,
	  "how long to wait for each, in seconds" },
	{ "DontFragment", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "a ping that is too long is lost" },
};

const sh_cmdlet cmdlet_test_connection =
	CORE_CMDLET ("Test-Connection", NULL, connection_params,
		     "Pings: does the other end answer?",
		     "Test-Connection 127.0.0.1 -Count 1 -Quiet", NULL,
		     test_connection, NULL);

static gboolean
ping (sh_call *call, const char *name, char **out, gboolean *came,
      GError **error)
{
	vmnet_opt count = sh_arg_opt (call, "Count");
	vmnet_opt size = sh_arg_opt (call, "BufferSize");
	vmnet_opt wait = sh_arg_opt (call, "TimeoutSeconds");
	g_autoptr (GStrvBuilder) b = g_strv_builder_new ();
	g_auto (GStrv) argv = NULL;
	g_autofree char *n = g_strdup_printf ("-c%u", count.set
					      ? (guint) count.value : 4);
	g_autofree char *s = g_strdup_printf ("-s%u", (guint) size.value);
	g_autofree char *w = g_strdup_printf ("-W%u", wait.set
					      ? (guint) wait.value : 2);
	int status = 0;
	GError *e = NULL;

	g_strv_builder_add_many (b, "ping", "-n", n, w, NULL);
	if (size.set)
		g_strv_builder_add (b, s);
	if (sh_arg_on (call, "DontFragment"))
		g_strv_builder_add_many (b, "-M", "do", NULL);
	g_strv_builder_add_many (b, "--", name, NULL);
	argv = g_strv_builder_end (b);
	if (!g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH
			   | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, out,
			   NULL, &status, &e)) {
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "Test-Connection: %s", e->message);
		g_error_free (e);
		return FALSE;
	}
	*came = status == 0;
	return TRUE;
}

static void
emit_ping (sh_call *call, const char *name, const char *text, gboolean came)
{
	const char *at = strstr (text, "time=");
	sh_value *v = sh_object ("PingStatus");

	sh_set (v, "Source", sh_string (g_get_host_name ()));
	sh_set (v, "Destination", sh_string (name));
	sh_set (v, "Address", sh_string (name));
	sh_set (v, "StatusCode", sh_int (came ? 0 : 11010));
	sh_set (v, "Status", sh_string (came ? "Success" : "TimedOut"));
	sh_set (v, "ResponseTime", at ? sh_double (g_ascii_strtod (
		at + 5, NULL)) : sh_null ());
	sh_emit (call, v);
}

static gboolean
test_connection (sh_call *call, GError **error)
{
	sh_value *names = sh_arg (call, "ComputerName");

	/* It may go to what the statement has made. */
	if (!sh_commit (sh_call_interp (call), error))
		return FALSE;
	for (guint i = 0; i < sh_array_length (names); i++) {
		const char *name = sh_text (sh_array_get (names, i));
		g_autofree char *text = NULL;
		gboolean came = FALSE;

		if (!ping (call, name, &text, &came, error))
			return FALSE;
		if (sh_arg_on (call, "Quiet"))
			sh_emit (call, sh_bool (came));
		else
			emit_ping (call, name, text, came);
	}
	return TRUE;
}
