//! Pieces of SQL statements: what turns a value from data into a part of the query.
//!
//! One sign alone is seldom proof: prose says "select … from" and names have quotes. So most
//! signs are worth less than a refusal, and an attack shows several: a quote or a bracket that
//! is closed too early, a keyword with its grammar, a comment that cuts off the rest.

mod conditions;

pub(super) use conditions::{COMPARES, JOINS, constant_condition};

use crate::marks::Marks;
use crate::rule::{Form, Holds, Rule, rules};

/// What may break out of a literal or cut off the rest of a statement.
const WORDS: &[&str] = &["'", "\"", "`", "(", ";", "#", "--", "/*", "=", "*"];

const QUOTES: Marks = Marks::QUOTE.and(Marks::DOUBLE_QUOTE);
const OPERATORS: Marks = COMPARES
    .and(Marks::PLAIN)
    .and(Marks::PLUS)
    .and(Marks::STAR)
    .and(Marks::SLASH)
    .and(Marks::PERCENT)
    .and(Marks::OTHER)
    .and(Marks::PIPE)
    .and(Marks::LETTER);

rules![
    Rule::judge(JOINS, constant_condition).with_any(COMPARES),
    Rule::judge(&["like", "regexp"], conditions::named_comparison),
    // union
    Rule::pattern(70, &["union"], r#"(\b|\d[def])union\b[\s(]*(all\b|distinct(row)?\b)?[\s(]*select\b[\s(]*(all\s|distinct\s)?[\s(]*([-+~!]*\d|null|['"@*:`\\#]|\w+\s*(\(|,|from\b|--|#|;|$)|\w+\.\w+|\+*\s*$)"#),
    Rule::pattern(30, &["union"], r"\bunion\b[\s(]*(all\b|distinct(row)?\b)?[\s(]*(select|values)\b"),
    // order by and group by with a column's number
    Rule::pattern(55, &["order", "group"], r#"(^\s+|^\S{0,20}['")]+\s*|^-?\d+\s+)(order|group)\s+by\s+\d{1,3}\s*(,\s*[\w@(]|--|#|/\*|;|$)"#),
    Rule::pattern(55, &["order", "group"], r"\b(order|group)\s+by\s+\d{1,3}(\s*,\s*\d{1,3})*\s*(--|#|/\*|;\s*$)"),
    Rule::pattern(40, &["having"], r#"(['")\d]|^)\s*having\s+[\w'"(@]+\s*[=<>]"#),
    // a quote closed, an operator, and the quote that the program will close
    Rule::pattern(55, &["'"], r"^\s*\w+'\s*([\w\s.()+*/%^|&<>=!~-]*[-+*/%^|&<>=!~(]|(not\s+)?(like|rlike|regexp))\s*'\w*\s*$|^\s*'\s*[-+*/^|&<>=!~]+\s*\w[\w\s.()+*/%^|&<>=!~-]*[-+*/%^|&<>=!~]\s*'\w*\s*$").with_any(OPERATORS),
    Rule::pattern(60, &["or", "and"], r#"^[^'"]*['"]\s*\)*\s*(or|and)\s+['"]{2}\s*['"]\s*$|^\s*-?\d+['"]\s*([-+*/]\s*\d+)?\s*(or|and)\s*['"]?-?\d"#).with_any(QUOTES),
    Rule::pattern(55, &["union"], r"^\s*-\d[\d\s]*union\s*(all\b|select\b|#|--|/\*|$)"),
    // second statements
    Rule::pattern(60, &[";"], r";\s*(drop|create|alter|truncate)\s+(table|database|schema|view|user|login|function|procedure|proc|trigger|index|role|column|or\s+replace)\b"),
    Rule::pattern(60, &[";"], r#";\s*(insert\s+into\s+[\w.`"\[\]]+\s*(\(|values\b|select\b)|update\s+[\w.`"\[\]]+\s+set\s+[\w.`"\[\]]+\s*=|delete\s+from\s+[\w.`"\[\]]+\s*(;|--|#|/\*|$|where\b))"#),
    Rule::pattern(60, &[";"], r#";\s*(select\s+([-\d'"@*(]|\w+\s*\(|.{1,60}\bfrom\s+\w)|exec(ute)?\s*(\(|master|xp_|sp_|immediate|@|')|declare\s+@|waitfor\s+(delay|time)|shutdown\b\s*(;|--|#|$|with\b)|copy\s+\w+\s+(from|to)\b|call\s+\w+\s*\(|set\s+@\w+\s*=|(begin|end)\s*;|grant\s+\w+.{0,40}\bto\b|merge\s+into\b|load\s+data\b|handler\s+\w+\s+open\b|attach\s+database\b|pragma\s+\w+|if\s*\()"#),
    Rule::pattern(55, &["drop", "truncate", "alter", "create"], r#"^\W*(drop|truncate|alter|create)\s+(table|database|schema|view|user|login|procedure|trigger|index)\s+(if\s+(not\s+)?exists\s+)?[\w.`"\[\]@]+\s*(;|--|#|/\*|\(|(add|change|modify)\s+[\w`"]|drop\s+(column|constraint)|cascade\b|identified\s+by)|^\W*(drop\s+(table|database)|truncate\s+table)\s+(if\s+exists\s+)?[\w.`"\[\]@]+\s*$"#),
    Rule::pattern(45, &["insert", "update", "delete"], r#"^\W*(insert\s+into\s+[\w.`"\[\]]+\s*(\([^)]*\)\s*)?(values\s*\(|select\b)|update\s+[\w.`"\[\]]+\s+set\s+[\w.`"\[\]]+\s*=|delete\s+from\s+[\w.`"\[\]]+\s*(;|--|#|/\*|$|where\s+[\w.`"\[\]]+\s*([=<>]|like|in\b|is\b)))"#),
    // selections
    Rule::pattern(60, &["select"], r"\bselect[\s(]+(@@\w+|(version|user|database|schema|current_user|session_user|system_user|current_database|db_name|host_name|suser_name|user_name|banner|sqlite_version|load_file|load_extension|pg_read_file|pg_ls_dir|pg_sleep|sleep|benchmark|inet_server_addr|is_srvrolemember|xmltype|extractvalue|randomblob|utl_\w+\.\w+|dbms_\w+\.\w+|exec\w*|current_setting|set_config|pg_\w+)\s*(\(|;|--|#|/\*|$))"),
    Rule::pattern(20, &["select"], r"^\s*select\s+(\*|[\w.]+\s*(,\s*[\w.]+\s*)*)\s+from\s+[\w.]+\s*;\s*$"),
    Rule::pattern(55, &["select"], r"\bselect\s+(-?['\x22]?\d+['\x22]?|[\w.]+)\s*,\s*(\w+\([('\x22\d][^)]*\)+|['\x22]?\d+['\x22]?)\s*,.*\bfrom\s+\w"),
    Rule::pattern(55, &["select"], r#"[(=,]\s*\(*\s*select\s+(all\s|distinct\s|top\s+\d+\s|if\s*\()?.*?(\bfrom\s*[\w.`"\[(]|\blimit\s+\d|\bwhen\b|\bwhere\b)"#),
    Rule::pattern(25, &["select"], r#"[(=,]\s*select\s*[\w'"@(*]"#),
    Rule::pattern(35, &["select"], r#"\bselect\s+(\*|distinct\s|top\s+\d|(count|min|max|sum|concat|group_concat|concat_ws|char|chr|ascii|substr|substring|mid|hex|unhex|cast|convert|load_file|if|ifnull|nvl|coalesce)\s*\([^()]{0,60}(\([^()]{0,40}\)[^()]{0,40}){0,4}\)\s*(,|from\b|;|--|$)|[\w.`"]+(\s+as\s+\w+)?\s*(,\s*[\w.`"@()*]+\s*)*\s+from\s+[\w.]+\s*(where\s+\w+\s*([=<>]|like|in\b)|limit\s+\d|order\s+by|group\s+by|;|--|#|/\*)).*(\bfrom\b|$)"#),
    Rule::pattern(60, &["select"], r"selectdistinct|select[a-z_]*?(table_name|column_name|schema_name)from|fromdual\b|frominformation_schema"),
    // the catalogue of the database
    Rule::pattern(40, &["information_schema", "sysobjects", "syscolumns", "sysusers", "sysdatabases", "sqlite_master", "sqlite_schema", "pg_catalog", "pg_shadow", "pg_group", "pg_roles", "pg_user", "pg_tables", "pg_class", "pg_database", "pg_authid", "mysql.user", "mysql.db", "all_tables", "all_tab_columns", "all_users", "dba_users", "user_tables", "user_tab_columns", "user_objects", "sys.tables", "sys.columns", "sys.databases", "sys.objects", "sys.user$", "sys.user_", "sys.sql_logins", "v$version", "v$database", "v$instance", "msysobjects", "master.dbo", "master..", "dba_role_privs", "dba_tables", "table_schema", "table_name", "column_name", "sys.login_user", "global_name", "sys.database_name"], r"[\w.$]"),
    // functions that wait, read files or reach out
    Rule::pattern(60, &["pg_sleep", "benchmark", "randomblob", "waitfor", "receive_message", "dbms_lock", "utl_", "httpuritype", "dbms_ldap", "extractvalue", "updatexml", "xp_", "sp_", "load_file", "load_extension", "outfile", "dumpfile", "openrowset", "opendatasource", "analyse", "geometrycollection", "name_const", "gtid_subset", "ctxsys", "dbms_xmlgen", "xmltype", "lo_import", "lo_export", "lo_get", "lo_put", "lo_unlink", "pg_read_file", "pg_ls_dir", "query_to_xml", "database_to_xml", "exp(~", "json_keys", "multipoint", "linestring", "polygon"],
        r#"\bpg_sleep\s*\(|\bbenchmark\s*\(\s*\(?[\d.e*\s]+\)?\s*,|\brandomblob\s*\(|\bwaitfor\s+(delay|time)\s*['"(@\\]|dbms_pipe\.receive_message|dbms_lock\.sleep|\butl_(inaddr|http|file|smtp|tcp)\.|httpuritype\s*\(|dbms_ldap\.init|\b(extractvalue|updatexml)\s*\(|\b(exec|execute|call|master\.|master\.\.|dbo\.|\.|;|^)\s*(master\.\.|dbo\.)?(xp_(cmdshell|dirtree|fileexist|reg\w+|loginconfig|enumgroups|availablemedia|servicecontrol|subdirs|makecab|ntsec_enumdomains|terminate_process)|sp_(executesql|oacreate|oamethod|addextendedproc|makewebtask|configure|password|addlogin|addsrvrolemember|execute_external_script|help\w*|who2?))|\bload_(file|extension)\s*\(|\binto\s+(out|dump)file\s*['"\\]|\bopen(rowset|datasource)\s*\(|\bprocedure\s+analyse\s*\(|\b(geometrycollection|multipoint|multilinestring|multipolygon|linestring|polygon)\s*\(\s*\(?\s*select|\bname_const\s*\(|\bgtid_subset\s*\(|ctxsys\.drithsx|dbms_xmlgen\.|\bxmltype\s*\(|\blo_(import|export|get|put|unlink)\s*\(|\bpg_(read_file|ls_dir)\s*\(|\b(query|database)_to_xml\s*\(|\bexp\s*\(\s*~|\bjson_keys\s*\(\s*\(?\s*(select|convert)"#),
    Rule::pattern(50, &["sleep"], r#"^\W*(-?\d+)?\W*sleep\s*\(\s*\(?\s*['"]?\d+['"]?\s*\)\W*$"#),
    Rule::pattern(30, &["sleep"], r#"(['")]\s*|\b(and|or|xor|if|when|then|else|select|by)\b\s*\(?\s*|\d\s*[-+*/|&^,=]\s*|,\s*)sleep\s*\(\s*['"]?\d+"#),
    // functions that the blind ask with
    Rule::pattern(30, &["substr", "mid(", "ascii(", "ord(", "length(", "char(", "chr(", "hex(", "concat", "version(", "database(", "user(", "@@", "current_user", "session_user", "system_user", "schema(", "cast(", "convert(", "makeset", "make_set", "elt(", "bin(", "decrypt(", "md5(", "ifnull(", "unhex(", "count("],
        r"\b(substr(ing)?|mid|ascii|ord|length|char|chr|hex|unhex|concat(_ws)?|group_concat|version|database|schema|user|current_user|cast|convert|make_?set|elt|bin|aes_decrypt|md5|ifnull|count)\s*\(\s*(\(?\s*select\b|0x[0-9a-f]+|@@|version\(|database\(|user\(|\)\s*(,|--|#|/\*|=|<|>|$|\)|and\b|or\b|like\b)|char\s*\(|\*\s*\)\s*(from\b|,|as\b|[<>=])|[\w.]+\s+(as|using)\b|\d+\s*(,\s*\d+\s*)*\)|concat|aes_|hex|convert|cast|ascii|substr)"),
    Rule::pattern(30, &["@@"], r"@@(version|hostname|datadir|basedir|servername|language|global|session|spid|microsoftversion|plugin_dir|tmpdir|secure_file_priv|rowcount|identity|version_compile_os|max_allowed_packet|connections|new)\b"),
    Rule::pattern(15, &["0x"], r"\b0x([0-9a-f]{2}){1,}"),
    Rule::pattern(30, &["case"], r"\bcase\s+when\b.+\bthen\b"),
    Rule::pattern(25, &["case"], r"\bcase\s+when\s*\(?\s*\d+\s+then\s"),
    Rule::pattern(40, &["case", "if(", "iif(", "if ("], r"\b(when|i?if)\s*\(?\s*\(?\s*(\d+\s*[=<>]+\s*\d+|\(?\s*select\b|ascii|substr|ord|mid|length)"),
    // breaking out of a literal
    Rule::pattern(60, &["--", "#", "/*"], r#"^\s*[\w@.%-]{0,40}( [\w@.%-]{1,20})?['"`]\s*\)*\s*(--|#|/\*)[\s+\-#*/\w]{0,4}$"#),
    Rule::pattern(25, &["--", "#", "/*", ";%00"], r#"['")]\s*\)*(--|#|/\*)[\s+\-*/]{0,4}$|;\s*--|(;|--)\x00$"#),
    Rule::pattern(30, &["or", "and", "union", "like", "having", "order", "group", "limit", "between", "rlike", "regexp", "xor", "div", "mod", "in", "is"], r#"^[^'"]*['"]\s*\)*\s*(\bor\b|\band\b|\bxor\b|union\s*(all|select|distinct|\()|like\s*['"(]|having\b|order\s+by\b|group\s+by\b|limit\s+\d|between\s+['"\d(]|rlike\b|regexp\b|in\s*\(|is\s+(not\s+)?null)\s*[\s\w'"(@!~+*-]*([=<>'"(]|--|#|\blike\b|\bin\b|\btrue\b|\d\s*$)"#).with_any(QUOTES),
    Rule::pattern(35, &["||", "&&"], r#"['")]\s*(\|\||&&)\s*['"(\w@!~-]|['")\d]\s*\|\|\s*['"(]|\w\|\|['"(]|^\s*(\|\||&&)\s*\d+\s*[=<>]|^\s*(\|\|)\s*'"#),
    Rule::pattern(25, &["+'", "+ '", "'+", "' +", "+\"", "\"+"], r#"['"]\s*\+\s*(['"]\w|\(|\w+\s*\()|\)\s*\+\s*'"#),
    Rule::pattern(25, &["';", "\";", "')", "\")", "' )", "' ;"], r#"^[^'"]*['"]\s*\)*\s*;\s*(\w|--|#|/\*|$|%00)|^[^'"]*['"]\s*\)+\s*(or|and|union|;|--|#|/\*|group|order|having|limit|waitfor|as\b)"#),
    Rule::pattern(60, &["true", "false", "null"], r#"^(\s+|\s*-?\d+\s*|[^'"\n]{0,40}['"]+\s*\)*\s*)(or\b|\|\||&&|and\b|xor\b)\s*(not\s+)?\(?\s*(true|false|null\s+is\s+null|null)\s*\)*\s*(--|#|/\*|;|$)"#),
    Rule::pattern(60, &["or", "and", "||", "&&"], r#"^[^\w\n]*\w{0,20}['")]+\s*(or|and|\|\||&&|xor)\s*(not\s+)?[\s(]*['"]?[\w.-]{1,20}['"]?\s*\)*\s*(--|#|/\*)"#).with_any(QUOTES.and(Marks::PAREN)),
    Rule::pattern(45, &["or", "and", "||", "&&"], r#"^[^\w\n]*-?\d+\s*\)*\s*(or|and|\|\||&&|xor)\s*(not\s+)?[\s(]*['"]?-?[\d.]{1,20}['"]?\s*\)*\s*(--|#|/\*|;|\x00|$)"#).with_bytes(Marks::DIGIT),
    Rule::pattern(60, &["like", "rlike", "regexp", "between", "in (", "in("], r#"['"\d)]\s*\b(and|or|xor|not)?\s*('[^']*'|\d+|[\w.]+)?\s*(like|rlike|regexp|between)\s*\(?\s*(\(?\s*select|['"][%_^.*]+|'[^']*'\s*(--|#|$|or\b|and\b)|\d+\s+and\s+\d+|binary\b|0x|(pg_)?sleep\s*\()|\bin\s*\(\s*select\b"#),
    Rule::pattern(50, &["and", "or", "xor", "&&", "||", "where"], r"(\b(and|or|xor|where)\b|&&|\|\|)\s*(not\s+)?[\s(!~-]*(exists\s*\(|(ascii|ord|substr|substring|mid|length|char_length|user|version|database|lower|upper|bin|hex|if|iif|elt|make_set|row|updatexml|extractvalue|sleep|pg_sleep|benchmark|current_user|count|strcmp|instr|locate|position|json_keys|floor|rand|convert|cast)\s*\(|\(?\s*select\b|@@)").with_any(Marks::PAREN.and(Marks::AT)),
    Rule::pattern(40, &["limit", "offset", "into", "procedure"], r"\blimit\s+\d+\s*(,\s*\d+|offset\s+\d+)?\s*(--|#|/\*|\)|into\b|procedure\b|;)"),
    // JSON compared in the database, of which older filters know no operator
    Rule::pattern(60, &["'{", "'["], r#"(^[\w\s=/-]{0,24}|\b(or|and|xor|where|having)\s*(not\s+)?\(*\s*|(\|\||&&)\s*)'[\[{][^']*[\]}]'\s*(::\s*jsonb?\s*)?(<@|@>|@\?|@@?|->>?|#>>?|#-|\?[|&]?|-|\|\||[<>=])\s*(['"$]|\d|array\s*\[)"#),
    Rule::pattern(55, &["json"], r#"(\b(or|and|xor|where)\b|\|\||&&)\s*(not\s+)?\(*\s*jsonb?_\w+\s*\(\s*['"]\s*[\[{]"#),
    // a call whose result is cast, so that an error shows it
    Rule::pattern(55, &["::"], r#"^['"\d\s]*\)*\s*((and|or)\s+)?[\w.]+\s*\(.*\)\s*::\s*(int\d?|integer|bigint|smallint|text|bool(ean)?|numeric|real|double\s+precision|varchar|jsonb?|bytea|regclass)\s*(--|#|;|$)"#).with_bytes(Marks::PAREN),
    Rule::pattern(55, &[".e("], r"(^|[^\w.])\d+\.e\([a-z_]{4,}"),
    // what only closes and opens brackets or literals of the statement
    Rule::pattern(55, &["like", "regexp"], r"^\W*\)\s*(not\s+)?(like|rlike|regexp)\s*\(").with_bytes(Marks::PAREN),
    Rule::pattern(55, &["'"], r"^\s*'[^']{0,20}'\s*(!=|<>|<=>|=|<|>)\s*'[^']{0,20}$").with_any(COMPARES),
    Rule::pattern(55, &["@"], r#"^[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+['"`]\s*(/\*.*\*/\s*)?;\s*$"#).with_bytes(Marks::SEMICOLON),
    Rule::pattern(55, &["as"], r#"^\s*(`|-?\d+)\s*as\s*[`"'][\w ]{0,40}[`"']?\s*from\b"#).with_any(QUOTES.and(Marks::BACKTICK)),
    Rule::pattern(55, &["union"], r#"^[\w%-]{0,20}['"]\s*\)*\s*union\s+(all\s+)?select\b|^\s*-?\d[\d/.+*]*\s*(#|--|/\*)\W*union\s*(#|--|/\*|$)"#),
    Rule::pattern(60, &["select"], r#"^\s*['"]\s*\)*\s*;\s*select\s+[\w*@]"#),
    Rule::pattern(55, &["/*", "--", "#"], r#"^\s*-?\d+['")]*\s+/\*\s*$|^\s*-?\d+\s*/\*[^*]{0,40}\*/\s*$|^\s*['"]?\d+['"]?\s*(=|!=|<>|<=>)\s*['"]?\d+['"]?\s*(--|#|/\*)|^\W*\d*\.?\d+(or|and|xor)\s*[-+~!@]+\w+(\(\))?\s*(--|#|/\*)"#).with_bytes(Marks::DIGIT),
    Rule::pattern(60, &["if"], r"\bif\s*\(.{1,80},\s*(pg_)?sleep\s*\(\s*\d|\b(or|and)\s+\{\s*if\s").with_any(Marks::PAREN.and(Marks::BRACE)),
    // statements of a kind that no text begins with
    Rule::pattern(55, &["immediate", "create", "declare", "exec", "having", "backup", "replace"], r#"^\W*execute\s+immediate\s+['"@:(]|^\W*create\s+(or\s+replace\s+)?(function|procedure|trigger)\s+[\w.`"]+\s*\(.{0,200}\b(returns?|begin|language)\b|^\W*declare\s*@\w+\s*$|\bdeclare\s*@\w+\s+(as\s+)?(n?varchar|n?char|int|bigint|table|datetime|cursor|sysname)\b|^\W*(\d+\s+)?exec(ute)?\s+(master\s*\.|[sx]p_)|^\W*select\b.{1,120}\bgroup\s+by\b.{1,80}\bhaving\s+[\w`"]+\s*[(=<>]|\bbackup\s+(database|log)\s+[\w\[\]@]+\s+to\s+disks?\s*=|;\s*replace\s+(into\s+)?[\w.`"]+\s*\(.{0,80}\)\s*(values|select)\b"#),
    Rule::pattern(20, &["information_schema"], r#"^\W*from\s+[`"]?information_schema"#),
    // where nothing but a word or a number belongs, a keyword with its argument is enough
    Rule::pattern(30, &["select", "union", "insert", "update", "delete", "drop", "exec", "order by", "having", "sleep(", "waitfor", "limit"], r"\b(select\s.*\bfrom|union\s.*\bselect\b|insert\s+into|update\s.*\bset|delete\s+from|drop\s+(table|database|schema|view|user|login|index|column|procedure|function|trigger)|exec(ute)?\s*(\(|@|immediate\b|[\w.\[\]]*[sx]p_|master\b)|order\s+by\s+(\d|\w+\s*(--|#|;|,|$|asc|desc))|having\s+\w+\s*[(=<>]|sleep\s*\(|waitfor\s|limit\s+\d)").only(Holds::InSink),
    Rule::judge(WORDS, by_tokens).after(15),
];

/// Asks libinjection's tokeniser, whose fingerprints of five tokens know the shapes of attacks.
///
/// It alone also refuses ordinary text with a quote or a dash (0.7 % of a corpus of such texts),
/// so it needs a second sign, in a known sink any.
fn by_tokens(form: &Form<'_>) -> u32 {
    if !libinjectionrs::detect_sqli(form.raw).is_injection() {
        return 0;
    }
    match (is_prose(form.lower), form.sink) {
        (true, _) => 15,
        // Rules that are too coarse elsewhere give the second sign there.
        (false, true) => 28,
        (false, false) => 35,
    }
}

/// Whether four words in a row are none of SQL's, as in a sentence.
fn is_prose(lower: &[u8]) -> bool {
    let mut run = 0;
    for word in lower.split(|byte| *byte == b' ') {
        let plain =
            word.len() > 1 && word.iter().all(u8::is_ascii_lowercase) && !KEYWORDS.contains(&word);
        run = if plain { run + 1 } else { 0 };
        if run == 4 {
            return true;
        }
    }
    false
}

/// Words that follow each other in statements.
#[rustfmt::skip]
const KEYWORDS: [&[u8]; 30] = [
    b"select", b"from", b"where", b"and", b"or", b"not", b"union", b"all", b"distinct", b"order",
    b"group", b"by", b"having", b"limit", b"like", b"between", b"is", b"null", b"in", b"exists",
    b"case", b"when", b"then", b"else", b"end", b"as", b"into", b"insert", b"xor", b"values",
];
