//! Scripts that a browser would run.
//!
//! HTML itself is no attack: mails, editors and documents are full of it. What counts is what runs
//! code: script elements, handlers of events, addresses with a scheme that runs, and the quote or
//! bracket that breaks out of where the program puts the value.

mod browser;
mod scripts;

use crate::marks::Marks;
use crate::rule::{Form, Holds, Rule, rules};

/// Without one of these nothing is called, assigned or picked by its name.
const CALLS: Marks = Marks::PAREN.and(Marks::BACKTICK).and(Marks::BRACKET).and(Marks::EQUALS);

rules![
    // elements that run code
    Rule::judge(&["<script", "script>", "</style", "</textarea", "</title", "</noscript", "</xmp"], scripts::element),
    Rule::pattern(60, &["<x:script", "<svg:script", ":script", "<scr"], r"<\w+:script[\s/>]|<scr\x00ipt|<scr<script>ipt|<<script"),
    Rule::judge(&["<"], scripts::probe),
    // handlers in an element
    Rule::pattern(80, &[" on", "/on", "\ton", "\non", "\ron", "\"on", "'on", "\x0con", "\x0bon", "`on", ">on"], r#"<[a-z!?/%:^\[][^>]*?[\s/"'`\x00-\x20>]on[a-z]{3,30}[\s\x00-\x20+/]*=\s*([^{\s]|$)|<\w[^>]*[\s/"'`\x0b\x0c]on(error|load|click|focus|blur|mouse\w{2,8}|key\w{2,6}|toggle|start|begin|end|scroll\w*|wheel|copy|cut|paste|drag\w*|animation\w*|transition\w*|pointer\w*|resize|submit|input|change|show)[^a-z0-9]"#).with_bytes(Marks::LESS),
    // handlers that break out of an attribute
    Rule::judge(&["on"], scripts::handler).with_bytes(Marks::EQUALS),
    // addresses that run code
    Rule::judge(&["script", "java", "vbs", "mocha", "script:", "jav", "j\ta", "j\na", "v\tb", "v\nb", "b\ts", "b\ns", "s\tc", "s\nc"], scripts::address).with_bytes(Marks::COLON),
    Rule::pattern(60, &["text/html", "text/xml", "application/xhtml", "image/svg", "text/javascript", "application/x-javascript", "data:"], r#"(href|src|data|action|url|content|from|to|value|code|poster)\s*=?\s*["'(]?\s*[^"'\s>]{0,20}data:\s*(text/(html|xml|javascript)|application/(xhtml|x-javascript|javascript|xml)|image/svg\+xml)?[^>]{0,40}(,|;)|^\s*data:\s*text/html|\bdata:text/html[^,]{0,40},.*(<|%3c|script|alert)"#).with_bytes(Marks::COLON),
    // elements that load or redirect
    Rule::pattern(45, &["<iframe", "<frame", "<object", "<embed", "<applet", "<isindex", "<base", "<layer", "<ilayer", "<bgsound", "<portal", "<xml", "<import", "<vmlframe"], r"<(iframe|frameset|frame|object|embed|applet|isindex|base|i?layer|bgsound|portal|xml|import|vmlframe)[\s/>][^>]*(src|srcdoc|data|href|code|codebase|classid|action|id)\s*=|<(iframe|frameset|applet|isindex|embed|xml)[/>\s]|<object[/\s]"),
    Rule::pattern(40, &["srcdoc", "classid", "datasrc", "xlink:href", "formaction", "dynsrc", "lowsrc", "datafld"], r#"\b(srcdoc\s*=|classid\s*=|datasrc\s*=|datafld\s*=|formaction\s*=|dynsrc\s*=|lowsrc\s*=|xlink:href\s*=\s*["']?\s*(javascript|data|vbscript|\#))"#),
    Rule::pattern(45, &["http-equiv"], r#"http-equiv\s*=\s*["']?\s*(refresh["'\s>]|set-cookie|link\b|content-security)"#),
    Rule::pattern(60, &["<meta", "<link", "<base"], r#"<meta[^>]*(charset\s*=\s*["']?\s*utf-?7|url\s*=\s*["']?\s*(data|javascript|vbscript|;))|<link[^>]*(rel\s*=\s*["']?\s*(stylesheet|import)["']?[^>]*href\s*=\s*["']?\s*(javascript|data|//?\w|http)|href\s*=\s*["']?\s*(javascript|data|vbscript))|<base[^>]{0,40}href\s*=\s*["']?(javascript|//|http|data)"#),
    Rule::pattern(30, &["<svg", "<math", "<marquee", "<details", "<dialog", "<video", "<audio", "<form", "<input", "<textarea", "<select", "<button", "<keygen", "<body", "<style", "<link", "<set", "<animate", "<img", "<image", "<template", "<noscript", "<xss", "<x ", "<plaintext", "<listing", "<xmp", "<event-source"], r#"<(math|marquee|keygen|set|animate\w*|image|xss|plaintext|xmp|listing|event-source|svg/|svg>|svg\s+on)[\s/>o]|<img[^>]{0,40}src\s*=\s*["']?\s*(x|\#|1|0|a|/|null|xx?:x|about:|data:)["']?[\s/>]"#),
    // style sheets that run code or load
    Rule::pattern(60, &["expression", "behavio", "-moz-binding", "@import", "-o-link", "expr/*", "url(javascript", "url(vbscript", "binding:"], r#"[:=;\x22\x27{/*]\s*expression\s*\(|behaviou?r\s*:\s*(url|expression)|-moz-binding\s*:|[^-\w]binding\s*:\s*url\s*\(|\[[^\]\n]{0,20}\{\}?\s*@import|-o-link\s*:|@import\s*(url\s*\(\s*)?["']?\s*(//|http|javascript|data|\\)|url\s*\(\s*["']?\s*(javascript|vbscript|data:text)"#),
    // functions and objects of the browser
    Rule::judge(&["alert", "confirm", "prompt", "eval", "document", "window", "string.fromcharcode", "settimeout", "setinterval", "innerhtml", "outerhtml", "constructor", "atob", "location", "fetch", "xmlhttprequest", "self[", "top[", "this[", "parent[", "globalthis", "import(", "localstorage", "sendbeacon", "$.get", "jquery", "new image", "function(", ".call`", ".apply`"], browser::objects).with_any(CALLS),
    Rule::pattern(30, &["<", "</", "]]>", "-->", "--!>"], r#"^[^<"'`]*["'`]\s*/?>\s*<\w|^[^<]{0,20}</(script|title|textarea|style|noscript|iframe|template|xmp|a|font|div|option|select|button)\s*>\s*<|-->\s*<\w|\]\]>|<!\[cdata\[|--!>|^\W*-->"#),
    // what closes a string, a comment and a section of any kind at once
    Rule::pattern(55, &["-->", "]]>"], r#"["'`]{2,}\s*-->|-->\s*\]\]>|\*/\s*(</script|-->)"#),
    Rule::pattern(40, &["<!--", "<?", "<%", "<![", "<!"], r"<!--\s*(\[if|#(exec|include|echo|config))|<\?xml-stylesheet|<!entity|<\?import|<%[!=]?\s*\S|<!--\W*<\w|<!\w{0,3}<"),
    Rule::pattern(40, &["implementation", "xmlns", "namespace"], r#"<\?import\s|<\w+[^>]*xmlns(:\w+)?\s*=\s*["']?\s*http://www\.w3\.org/1999/(xhtml|xsl)[^>]*>.*(script|on\w+\s*=)|implementation\s*="#),
    Rule::pattern(30, &["&{", "{alert", "${alert", "v-if", "v-on", "ng-", "x-on:", "@click", "__proto__[v"], r"&\{[^}]*\}|\bng-(app|init|click|focus|mouse\w+|csp|src|include)\b|\bv-(on|html|if)\b\s*[:=]|x-on:\w+\s*=|@(click|load|error|focus|mouse\w+)\s*="),
    Rule::pattern(30, &["<"], r"<\w+[^>]*(\x00|[\x01-\x08\x0e-\x1f])[^>]*").with_bytes(Marks::LESS),
    // style attributes that a lenient reader ends, or splits, elsewhere than a strict one
    Rule::pattern(55, &["style"], r#"<\w[^>]*\bstyle\s*=\s*("[^"{]*\}[^"]*"|"[^"]*url\s*\([^)]*;\s*[a-z-]+\s*:[^)]*/\*)"#).with_bytes(Marks::LESS.and(Marks::DOUBLE_QUOTE)),
    // handlers by other means: XML Events, attributes that a document type sets
    Rule::pattern(55, &["handler", "xml-events", " cdata ", ":vmlframe"], r#"<\w+:vmlframe\b|<(\w+:)?listener\b[^>]*\bhandler\s*=|http://www\.w3\.org/2001/xml-events|\bon[a-z]{3,30}\s+cdata\s+["']"#),
    // a handler's name and what assigns to it, and nothing else
    Rule::judge(&["on", "formaction"], scripts::assigned).with_bytes(Marks::EQUALS),
    // a word that is whole only when somebody takes the elements out of it
    Rule::judge(&[], scripts::interrupted).with_bytes(Marks::LESS.and(Marks::GREATER).and(Marks::EQUALS)),
    // schemes and addresses that are split by what browsers skip
    Rule::pattern(60, &["href", "src", "action"], r#"\b(href|src|action)\s*=\s*["']?[a-z]{1,10}[\t\r\n\x00]+[a-z]{0,10}[\t\r\n]*:"#).with_any(Marks::SPACE.and(Marks::LINE_END).and(Marks::NUL)),
    // `<` and `>` with the high bit set, as a reader of seven bits takes them
    Rule::pattern(60, &["\\xbc", "%bc", "\u{bc}"], r"(\xbc|\\xbc|%bc)/?[a-z]{1,12}(\xc2|\\xc2|%c2)?(\xbe|\\xbe|%be)"),
    // code without a letter
    Rule::pattern(60, &["[]"], r"\(!{1,2}\[\]\s*\+?\s*\[\]\)\s*\[|^[\[\]()!+\s]*!!\[\][\[\]()!+\s]*$").with_any(Marks::BANG),
    // where HTML is put out, an element is enough
    Rule::judge(&["<"], scripts::any_element).only(Holds::InSink),
    // and where it is put into an element, the name of a handler
    Rule::judge(&["on"], scripts::named).only(Holds::InSink),
    Rule::judge(&["<", "on", "script", "style", "data:"], by_parser).after(25),
];

/// Asks libinjection's HTML parser, which knows the contexts that a value may be put into.
///
/// It alone also refuses ordinary HTML with `style`, `meta` or `link`, so it needs a second sign.
fn by_parser(form: &Form<'_>) -> u32 {
    let found = libinjectionrs::detect_xss(form.raw).is_injection();
    if found { 30 } else { 0 }
}
