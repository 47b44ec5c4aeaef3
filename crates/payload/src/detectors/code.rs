//! Source code that an interpreter would run: PHP, Python, JavaScript, Ruby, Perl, Java, ASP.

use crate::marks::Marks;
use crate::rule::{Form, Holds, Pattern, Rule};

#[rustfmt::skip]
pub(crate) static RULES: [Rule; 31] = [
    // PHP.
    Rule::pattern(
        80,
        &["<?"],
        r"<\?(=|php\b|\s+(echo|print|system|exec|eval|include|\$)|\n?\s*php\b)|<\?\s*\w*\s*\(.{0,40}\)\s*;",
    ),
    Rule::pattern(
        70,
        &["[php]", "[/php]", "[\\php]", "{php}", "{/php}", "?>"],
        r"\[[/\\]?php\]([^(]|$)|\{/?php\}|;\s*\?>\s*$",
    ),
    Rule::pattern(
        75,
        &["$_", "$globals", "$http_", "$_s ", "$php_", "$argv", "$argc"],
        r"\$\s*(_(get|post|request|cookie|files|server|env|session)|globals|http_(raw_post_data|(cookie|env|get|post|server|session)_vars|response_header)|argv|argc|php_errormsg)\b\s*(\[|;|\)|$|,|\.|=)",
    ),
    Rule::judge(PHP_CALLS, php_call),
    Rule::pattern(
        75,
        &["shell_exec", "passthru", "proc_open", "pcntl_exec", "base64_decode", "gzinflate", "gzuncompress", "str_rot13", "call_user_func", "create_function", "_get_contents", "_put_contents", "move_uploaded", "show_source", "highlight_file", "php_uname", "ini_set", "set_time_limit", "register_shutdown", "array_map", "preg_replace_callback", "curl_init", "curl_exec", "fsockopen", "array_filter", "var_dump", "print_r", "error_reporting"],
        r"\b(shell_exec|passthru|proc_open|pcntl_exec|base64_decode|gzinflate|gzuncompress|str_rot13|call_user_func(_array)?|create_function|file_(get|put)_contents|move_uploaded_file|show_source|highlight_file|php_uname|ini_set|set_time_limit|register_shutdown_function|array_map|preg_replace_callback|curl_init|curl_exec|fsockopen|array_filter|var_dump|print_r|error_reporting|allow_url_include)\s*(=\s*)?\(([^)\n]*[\x27\x22$\w(]|\s*\)\s*;?\s*$)",
    ),
    // A name that is put together or held in a variable, and called.
    Rule::pattern(
        65,
        &[],
        r"(^|[^\w\\`$])\$(\$+\w+|_+\w*|\{\s*[\x27\x22][^}]{1,30}\}|\w+\s*(\[[^\]]{0,30}\]|\{[^}]{0,30}\}))(\s|/\*.{0,40}\*/)*(\[[^\]]{0,30}\]|\{[^}]{0,30}\})*(\s|/\*.{0,40}\*/)*\([^=>)]{0,80}\)|::\$\w+\s*\(",
    )
    .with_bytes(Marks::DOLLAR.and(Marks::PAREN)),
    Rule::pattern(
        70,
        &["sys", "exec", "passthru", "assert", "eval", "phpinfo", "popen"],
        r#"(\(|^|return\s*)\s*[(\['"/\w.*\s]{0,30}\b(sys['".)(\s]*tem|system|exec|passthru|assert|eval|phpinfo|popen)['"]?\s*(\)|\]|['"])+\s*(\[\s*\d\s*\]|\{\d?[^}]{0,20}\}|/\*.{0,30}\*/|\s)*\)*\s*(\{[^}]{0,20}\})?\s*\(\s*['"\w/]"#,
    )
    .with_bytes(Marks::PAREN),
    // Python.
    Rule::pattern(
        85,
        &[
            "__import__", "os.system", "os.popen", "subprocess", "commands.get", "pty.spawn",
            "os.exec", "importlib", "__builtins__", "os.spawn", "os.environ",
        ],
        r"__import__\s*\(|\bos\s*\.\s*(system|popen|exec\w*|spawn\w*|fork)\s*\(|subprocess\s*\.\s*(call|run|popen|check_output|getoutput|check_call)\s*\(|commands\.getoutput|pty\.spawn\s*\(|importlib\.import_module\s*\(|__builtins__\s*[\[.]|\bprint\s*\(?\s*os\.environ",
    ),
    Rule::pattern(
        65,
        &["import os", "import sys", "import subprocess", "import socket", "exec(", "compile("],
        r"import\s+(os|sys|subprocess|socket|pty|commands)\s*[;,]|\bexec\s*\(\s*(compile|['\x22]\s*(import|print|os\.))|eval\s*\(\s*compile",
    ),
    // JavaScript on the server.
    Rule::pattern(
        85,
        &["child_process", "require", "process.", "process[", "mainmodule", "import(", "_load("],
        r"require\s*\(\s*['\x22`]?\s*(child_process|fs|net|http|vm|os|cluster|repl|dgram|worker_threads|node:\w+)\s*['\x22`]?\s*\)|child_process['\x22`]?\s*\)?\s*\.?\s*(exec|spawn|fork)|process\s*\.\s*(mainmodule|binding|dlopen|exit\s*\(|kill\s*\(|abort\s*\()|mainmodule\s*\.\s*(require|constructor)|import\s*\(\s*['\x22`](child_process|fs|node:)|\._load\s*\(|global\s*\.\s*process|process\s*\[\s*['\x22]|require\s*\[\s*['\x22\w]",
    ),
    Rule::pattern(
        60,
        &["process.env", "process.cwd", "process.argv"],
        r"^\s*['\x22;(]*\s*process\.(env|cwd|argv|version)\b[\s();.\w]*$",
    ),
    Rule::pattern(
        75,
        &["function", "eval", "settimeout", "setinterval"],
        r"\bnew\s+function\s*\(|\bfunction\s*\(\s*['\x22`][^'\x22`]*['\x22`]\s*\)\s*\(|\beval\s*\(\s*(atob|unescape|string\.fromcharcode|decodeuri|buffer|require|['\x22`]\s*(require|process|import|alert|this))|global\s*\[\s*['\x22]|set(timeout|interval)\s*\(\s*['\x22`]",
    ),
    Rule::pattern(
        70,
        &[
            "readfilesync", "writefilesync", "readdirsync", "execsync", "spawnsync",
            "runinnewcontext", "runinthiscontext",
        ],
        r"\b(readfilesync|writefilesync|readdirsync|execsync|spawnsync|runin(new|this)context)\s*\(",
    ),
    Rule::pattern(
        70,
        &["constructor"],
        r"\.\s*constructor\s*\.\s*(constructor|_load)\b|\[\s*['\x22]constructor['\x22]\s*\]\s*[\[(]|\$\w:constructor|constructor:constructor",
    ),
    // A loop that never ends.
    Rule::pattern(
        60,
        &["while"],
        r"\bwhile\s*\(\s*(true|1|-?\d+|!+\s*(0|false|null|\x27\x27|\x22\x22|``|nan|undefined|\[|!?\[\]|\w?$)|infinity|this|\x22\w+\x22|\x27\w+\x27|\[\]|\{\}|`\w*`)[^)]{0,10}\)\s*([;{]|$|\w+\s*[=(])",
    ),
    Rule::pattern(
        60,
        &["new date", "curdate"],
        r"(do|while)\s*[({].{0,80}new\s+date\s*\(\s*\).{0,80}(while|\})",
    ),
    // Ruby and Perl, Lua.
    Rule::pattern(
        75,
        &[
            "kernel", "io.popen", "open3", "process.spawn", "instance_eval", "class_eval", "%x",
            "erb.new", "file.read", "file.open", "dir.entries", "dir[", "marshal.load",
            "os.execute", "loadstring",
        ],
        r"\bkernel\.(exec|system|open|fork|spawn)|\bio\s*\.\s*popen|open3\.(capture|popen)|process\.(spawn|exec|daemon)\s*[( ]|\b(instance|class|module)_eval\b|%x[\[({|!/]|erb\.new\s*\(|file\.(read|open)\s*\(?\s*['\x22]?/|dir\.(entries|glob)|marshal\.load|os\.execute\s*\(|io\.popen\s*\(|loadstring\s*\(",
    ),
    Rule::pattern(
        70,
        &["use socket", "sockaddr_in", "open(stdin"],
        r"use\s+socket\s*;|sockaddr_in\s*\(\s*\$|open\s*\(\s*std(in|out|err)\s*,",
    ),
    // Java: what runs processes or loads classes. Stack traces name others.
    Rule::judge(&["java.lang.", "java.", "javax."], java),
    Rule::pattern(
        85,
        &[
            "getruntime", "processbuilder", "forname", "scriptenginemanager", "urlclassloader",
            "defineclass", "getdeclaredmethod", "clonetransformer", "instantiate",
            "invokertransformer", "forclosure", "whileclosure", "prototype", "processimpl",
        ],
        r"getruntime\s*\(\s*\)|\bnew\s+(java\.lang\.)?processbuilder\b|processbuilder\s*[(.]\s*\S|class\s*\.\s*forname\s*\(\s*\S|\bscriptenginemanager\b|\burlclassloader\b|\bdefineclass\s*\(|(invoker|instantiate|clone|chained|constant)transformer\b|(instantiate|prototype(clone|serialization)?)factory\b|(for|while)closure\b|\bprocessimpl\b|processbuilder=",
    ),
    Rule::pattern(
        90,
        &[
            "#_memberaccess", "_memberaccess", "ognl", "xwork", "#context", "@java", "classloader",
            "#application", "#session", "#request", "#response", "#parameters",
        ],
        r"_memberaccess\b|ognl\.(ognlcontext|ognl\b)|xwork2?\.(actioncontext|dispatcher|util)|#context\s*\[|@java\.\w+\.\w+@|class\.(module\.)?classloader\b|classloader\.(resources|urls|parent)|[(=.]#(application|session|request|response|parameters)\s*[.\[=]",
    ),
    Rule::pattern(
        75,
        &["applicationcontext(", "t(java", "t(org", "new java"],
        r"(filesystem|classpath)xmlapplicationcontext\s*\(|\bt\(\s*(java|org|javax)\.|\bnew\s+java\.(lang|io|net|util)\.\w+\s*\(",
    ),
    // Groovy, Spring, JSP.
    Rule::pattern(
        70,
        &[
            ".execute()", "['sh'", "[\"sh\"", "]['exec", "runtime.exec", "response.getwriter",
            "out.println(",
        ],
        r#"['"\]]\s*\.\s*execute\s*\(\s*\)|runtime\.exec\s*\(|response\.getwriter\s*\(\s*\)|out\.println\s*\(\s*(runtime|system|new|request)"#,
    ),
    // ASP and VBScript.
    Rule::pattern(
        80,
        &[
            "server.createobject", "wscript.shell", "createobject(", "executeglobal", "execute(",
            "eval request", "eval(request", "response.write(", "scripttimeout", "on error resume",
        ],
        r"server\.createobject\s*\(|wscript\.shell|\bcreateobject\s*\(\s*['\x22]|executeglobal\b|\b(eval|execute)\s*\(?\s*request|execute\s*\(\s*['\x22]|response\.write\s*\(\s*[\d\x27\x22(]|server\.scripttimeout|on\s+error\s+resume\s+next",
    ),
    // A word that is cut into pieces which are put together again.
    Rule::pattern(
        60,
        &["\"&\"", "'+'", "\"+\"", "'.'", "\".\"", "' + '", "\" + \"", "' . '", "'||'"],
        r#"(['"]\s*[&+.]\s*['"][\w(]{0,6}){3}|['"]\w{1,6}['"]\s*[.+&]\s*['"]\w{1,6}['"]\s*\)?\s*(;|\)\s*\()"#,
    ),
    // Server-side and edge-side includes.
    Rule::pattern(
        95,
        &["<!--#", "<!-- #"],
        r"<!--\s*#\s*(exec|include|echo|config|printenv|set|fsize|flastmod)\b",
    ),
    Rule::pattern(85, &["<esi:"], r"<esi:(include|vars|remove|inline|debug|assign)\b"),
    // Calls that begin the value, as a parameter for `eval` would.
    Rule::judge(CALLS, first_call).with_bytes(Marks::PAREN),
    Rule::pattern(
        60,
        &["print(", "echo ", "md5(", "print "],
        r"(^|[;{@\s])(print|echo)\s*\(?\s*(md5|sha1|\d{3,}\s*[*+-]\s*\d{3,}|phpversion|base64)\s*\(?|^;?\s*echo\s+['\x22]<\?",
    ),
    Rule::pattern(
        70,
        &[
            "auto_prepend_file", "auto_append_file", "allow_url_include", "disable_functions",
            "open_basedir", "safe_mode",
        ],
        r"(^|[-\s&?;])d?\s*(auto_(prepend|append)_file|allow_url_include|disable_functions|open_basedir|safe_mode)\s*(=|%3d)",
    ),
    Rule::pattern(40, &[], r"\w\(.*\)|\w\s+\([^)]*[\x27\x22\x60$(\[=.].*\)|\w\s+\([\d,\s]*\)|;|\$\{|\w\s*=\s*\S").only(Holds::InSink),
];

/// Functions of PHP, and of others by the same name, that no text calls.
const PHP_CALLS: &[&str] = &[
    "phpinfo",
    "phpversion",
    "phpcredits",
    "getcwd",
    "posix_",
    "get_current_user",
    "system",
    "passthru",
];

/// Calls that are ordinary words elsewhere: only at the start, or after what ends a statement.
#[rustfmt::skip]
const CALLS: &[&str] = &[
    "eval", "exec", "system", "popen", "assert", "include", "require", "sleep", "print", "readfile",
    "fopen", "unlink", "include_once", "require_once", "passthru", "scandir", "highlight_file",
    "file(", "open(", "spawn",
];

static CALL: Pattern = Pattern::new(
    r"\b(phpinfo|phpversion|phpcredits|getcwd|posix_(getpwuid|getuid|geteuid|kill|uname|mkfifo|setuid|getlogin|ttyname)|get_current_user)\s*(/\*.{0,40}\*/|#[^\n]{0,40}\n)?\s*\(|\b(system|passthru)\s*\(\s*['\x22$]",
);

static START: Pattern = Pattern::new(
    r"(^|[;|&{@=]|\x27\s*\.|\x22\s*\.|\x27\)|\x22\)|return\s|\?>|[^:]:|^:)\s*[\x27\x22&|;]{0,3}\s*@?(eval|exec|system|popen|assert|include(_once)?|require_once|sleep|usleep|print|print_r|readfile|fopen|unlink|passthru|scandir|highlight_file|file|open|spawn)\s*(/\*.{0,40}\*/|#[^\n]{0,40}\n)?\s*\(\s*([\x27\x22$@\d`]|\w+\s*\(|[a-z_]{2,12}\)\s*;\s*$)",
);

/// `phpinfo()`, with whatever stands between the name and the parenthesis.
fn php_call(form: &Form<'_>) -> u32 {
    if CALL.matches(form.lower) { 70 } else { 0 }
}

/// `eval('…')`, `;system("…")`, `{${sleep(3)}}`: the call is what the value says, not prose about it.
fn first_call(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii();
    let value = text.iter().position(|byte| *byte == b'=').filter(|at| *at < 24);
    let value = value.and_then(|at| text.get(at + 1..)).unwrap_or(text);
    // In sentences calls stand in the middle; `print("…")` is how examples begin.
    if !START.matches(text) && !START.matches(value) {
        return 0;
    }
    if text.len() > 400 || text.starts_with(b"print") { 40 } else { 65 }
}

/// Classes that an attacker names to run, read or load something.
#[rustfmt::skip]
const JAVA: [&[u8]; 21] = [
    b"java.lang.runtime", b"java.lang.processbuilder", b"java.lang.processimpl",
    b"java.lang.unixprocess", b"java.lang.classloader", b"java.lang.system", b"java.lang.reflect",
    b"java.lang.class", b"java.lang.thread", b"java.lang.shutdown", b"java.net.urlclassloader",
    b"java.net.url", b"java.net.socket", b"java.rmi.", b"java.beans.", b"javax.naming.",
    b"javax.script.", b"javax.management.", b"java.security.", b"java.util.scanner",
    b"java.io.file",
];

/// A class of Java that runs, reads or loads something, unless a stack trace names it.
fn java(form: &Form<'_>) -> u32 {
    let text = form.lower;
    let is_trace = text.windows(5).any(|part| part == b".java")
        || text.windows(9).any(|part| part == b"exception")
        || text.windows(3).any(|part| part == b"at ") && text.contains(&b'\n');
    if is_trace {
        return 0;
    }
    let trimmed = text.trim_ascii();
    let is_name = trimmed.len() < 80
        && trimmed.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._$@()=".contains(byte));
    let found = JAVA.iter().any(|class| text.windows(class.len()).any(|part| part == *class));
    let is_called = found && text.iter().any(|byte| matches!(byte, b'(' | b'@' | b'#' | b'{'));
    match (found, is_name) {
        _ if is_called => 70,
        (true, true) => 60,
        // Any class of the platform as the whole value: somebody asks for it to be loaded.
        (false, true) if text.starts_with(b"java.") || text.starts_with(b"javax.") => 52,
        (true, false) => 40,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{CALL, START};

    #[test]
    fn the_expressions_compile() {
        assert!(CALL.compiles() && START.compiles());
    }
}
