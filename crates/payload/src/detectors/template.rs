//! Expressions of template engines.
//!
//! `{{name}}` and `${price}` stand in the templates of mails and in prose. Arithmetic, calls on
//! classes and the names of an engine's own machinery do not.

use crate::rule::{Form, Holds, Rule};

#[rustfmt::skip]
pub(crate) static RULES: [Rule; 18] = [
    // `{{7*7}}`, `${7*7}`, `#{7*7}`, `<%= 7*7 %>`, `{7*7}`, `@(7*7)`: the probes of every engine.
    Rule::pattern(
        80,
        &["{{", "${", "#{", "*{", "@{", "%{", "~{", "<%", "[[", "@(", "{"],
        r#"(\{\{[{=\-\s]*|[$#*@%~]\{[{\s]*|<%[=\-]?\s*|\[\[\s*[$#*]?\{?\s*|@\(\s*|(^|[^\w$])\{\s*)['"]?\d+['"]?\s*[*+/%~^-]\s*['"]?\d+['"]?\s*(\}|%>|\]\]|\))"#,
    ),
    // The way from any value of Python to every class that is loaded.
    Rule::pattern(
        85,
        &["__", ".__", "_ _", "\\x5f"],
        r"_\s?_\s?\s*(class|bases?|mro|subclasses|globals|builtins|import|getattribute|dict|reduce|code|func_globals)\s?_\s?_\s*[\[.(]|_\s?_\s?\s*init\s?_\s?_\s*[\[.]|(\]|\)|\x27|\x22|\})\s*\.\s*__\s*class\s*__",
    ),
    Rule::judge(&["{{"], braces),
    Rule::pattern(
        75,
        &["{%"],
        r"\{%-?\s*(debug|import\s|from\s+\S+\s+import|include\s+['\x22]?[/.~]|extends\s+['\x22]?[/.~]|load_?\s|set\s+\w+\s*=\s*['\x22\[(\w.]*(__|self|request|cycler)|exec|system|php)|\{%-?\s*(for|if|set|with|print|block)\s[^%]*(__|\.\s*(popen|system|exec|class)\b|\bconfig\b|request\.|\blipsum|cycler|joiner|\|\s*attr|\[\s*\]\s*\.|system\()",
    ),
    // A loop over a list that stands in the value itself, a condition that is known.
    Rule::pattern(55, &["{%"], r"\{%-?\s*(for\s+\w+\s+in\s+[\[(\d]|if\s+(true|false|\d|['\x22]))"),
    // Freemarker and Velocity.
    Rule::pattern(
        85,
        &["<#", "[#", "?new", "freemarker."],
        r"[<\[]#(assign|include|import|macro|global|local|setting)\b|\?\s*new\s*\(|freemarker\.template\.utility|\?\s*(api|eval|interpret)\b",
    ),
    Rule::pattern(
        80,
        &["#set", "#foreach", "#include", "#parse", "#evaluate", "#define", "#if", "$class."],
        r"#(set|foreach|evaluate|if|define)\s*\(\s*\$|#(include|parse)\s*\(\s*['\x22]|\$class\.(inspect|type|forname)|\$\w+\.(getclass|class)\b",
    ),
    // Ruby, JavaServer Pages, ASP.
    Rule::pattern(
        80,
        &["<%"],
        r"<%[=\-!@]?\s*(@\s*)?(page\s|import\s|require|include|system|exec|eval|`|file\.|dir\.|io\.|open|kernel|process|runtime|response\.|request\.|out\.print|new\s|%x|spawn|self\b|global\.|import\()",
    ),
    Rule::pattern(
        80,
        &[
            "{php", "{literal", "{system", "{exec", "{passthru", "{$smarty", "{if ", "{include",
            "{fetch", "{self::", "{eval", "{function",
        ],
        r"\{/?php\}|\{literal\}|\{\s*(system|exec|passthru|shell_exec|phpinfo|eval|file_get_contents)\s*\(|\{\$smarty\.|\{(include|fetch)\s+(php|file)\s*=|\{self::|\{if\s+[^}]{0,40}\b(system|phpinfo|passthru|exec|readfile)\s*\(|\{function\s+name\s*=",
    ),
    // Twig and Pebble.
    Rule::pattern(
        80,
        &[
            "_self", "registerundefinedfilter", "getfilter", "|filter", "|map", "|sort", "|reduce",
            "| filter", "| map",
        ],
        r"\b_self\.(env|gettemplate)|registerundefinedfiltercallback|\.getfilter\(|\|\s*(filter|map|sort|reduce)\s*\(\s*['\x22(\[]",
    ),
    // Thymeleaf: what stands between two underscores is evaluated first.
    Rule::pattern(85, &["__$", "__*", "__#", "__@"], r"__[$*#@~]\{.*\}__"),
    // Expression languages of Java.
    Rule::pattern(
        85,
        &["${", "#{", "%{", "*{"],
        r"[$#%*]\{[^}]*(\bt\(\s*java|\bt\(\s*org\.|getclass\s*\(|\.class\b|forname|runtime|processbuilder|new\s+java|java\.(lang|io|util|net)|javax?\.script|request\.(getsession|getparameter|getservletcontext)|session\.setattribute|pagecontext|facescontext|applicationscope|sessionscope|param\.\w+|#_memberaccess|@java|\.invoke\(|classloader|beanfactory|\.getmethod)",
    ),
    // Interpolation of PHP and Ruby that calls something.
    Rule::pattern(
        80,
        &["${", "#{", "{$"],
        r"\$\{\s*@?\s*(phpinfo|system|exec|passthru|shell_exec|eval|assert|print|print_r|var_dump|sleep|usleep|readfile|file_get_contents|die|exit|md5|base64_decode|phpversion|call_user_func)\s*\(|#\{\s*(`|%x|system|exec|eval|spawn|open|file\.|dir\.|io\.|kernel|process\.|require|runtime|sleep\s*\(|global\.|env\[|self\b|this\.|\x27|\x22)",
    ),
    // Handlebars, Angular and Vue reach functions through the constructor.
    Rule::pattern(
        80,
        &["constructor"],
        r"\{\{[^}]*constructor|constructor\.constructor\s*\(|constructor\s*\(\s*['\x22`][^'\x22`]*(return|alert|eval|fetch|document|process|require|import)|_c\.constructor",
    ),
    Rule::pattern(
        85,
        &["{{#with", "{{#each", "{{#if"],
        r"\{\{#(with|each|if)\s+[^}]{0,80}(constructor|lookup|__proto__|['\x22]\w{0,8}['\x22]\s+as\s+\|)",
    ),
    Rule::pattern(70, &["@{[", "@{ ["], r"@\{\s*\[\s*[\w&'\x22(@$:]"),
    Rule::pattern(
        75,
        &["@{", "@("],
        r"@[({]\s*(system\.|new\s|var\s|process|runtime|console\.|file\.|eval|import|html\.raw)",
    ),
    Rule::pattern(
        40,
        &["{{", "${", "{%", "<%", "#{", "[[${", "[(${", "{*", "*{"],
        r"\{\{.*\}\}|[$#*]\{.*\}|\{%.*%\}|<%.*%>",
    )
    .only(Holds::InSink),
];

/// Names that only the machinery of an engine has; `{{config}}` shows the settings of Flask.
#[rustfmt::skip]
const MACHINERY: [&[u8]; 21] = [
    b"config", b"self", b"request", b"cycler", b"joiner", b"namespace", b"lipsum", b"url_for",
    b"get_flashed_messages", b"settings", b"dict", b"range", b"g", b"session", b"app", b"env",
    b"this", b"_self", b"dump", b"printf", b"html",
];
/// Calls that read, run or show what a template has no business with.
#[rustfmt::skip]
const CALLS: [&[u8]; 24] = [
    b"system(", b"popen(", b"exec(", b"eval(", b"read(", b"open(", b"import(", b"getattr(",
    b"|attr(", b"| attr", b".env", b".items(", b"subclasses", b"globals", b"builtins", b"os.",
    b"phpinfo", b"passthru", b"file_excerpt", b"alert(", b"$on", b"$eval", b"tojson", b"getclass",
];

/// What stands in `{{…}}`.
fn braces(form: &Form<'_>) -> u32 {
    let mut best = 0;
    let mut rest = form.lower;
    while let Some(at) = find(rest, b"{{") {
        let inside = rest.get(at + 2..).unwrap_or_default();
        let end = find(inside, b"}}").unwrap_or(inside.len());
        let expression = inside.get(..end).unwrap_or_default();
        best = best.max(points_of(expression.trim_ascii(), form.lower.len() <= end + 8));
        rest = inside.get(end..).unwrap_or_default();
    }
    best
}

fn points_of(expression: &[u8], is_whole: bool) -> u32 {
    let expression = expression.strip_prefix(b"{").unwrap_or(expression);
    if CALLS.iter().any(|call| find(expression, call).is_some()) {
        return 75;
    }
    let end = expression
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
        .unwrap_or(expression.len());
    let (root, behind) = expression.split_at_checked(end).unwrap_or((expression, b""));
    let is_machinery = MACHINERY.contains(&root);
    match behind.trim_ascii_start() {
        [] if is_machinery && is_whole && root.len() > 3 => 60,
        // A member, an index, a call or a filter of the machinery.
        [b'.' | b'[', ..]
            if is_machinery && root.len() > 1 && root != b"this" && root != b"html" =>
        {
            60
        }
        [b'(' | b'|', ..] if is_machinery => 65,
        // A literal of which something is asked: `''.x`, `[].x`, `7*'7'`, `()|x`.
        [b'\'' | b'"', ..] if end == 0 => literal(expression),
        [b'[' | b'(', ..] if end == 0 => 65,
        [b'*' | b'+' | b'%', ..] if root.iter().all(u8::is_ascii_digit) && end > 0 => 70,
        [b',', ..] if is_whole && behind.contains(&b',') => 40,
        _ => 0,
    }
}

/// A text by itself is an argument of a helper; one with an operator, a member or a filter is not.
fn literal(expression: &[u8]) -> u32 {
    let Some((quote, rest)) = expression.split_first() else { return 0 };
    let Some(end) = rest.iter().position(|byte| byte == quote) else { return 0 };
    match rest.get(end + 1..).unwrap_or_default().trim_ascii_start() {
        [b'*' | b'.' | b'[' | b'%' | b'~', ..] => 65,
        [b'|', ..] => 45,
        _ => 0,
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
