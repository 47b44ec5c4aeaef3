//! Serialised objects whose reading runs code.

use crate::rule::{Form, Holds, Rule};

pub(crate) static RULES: [Rule; 19] = [
    // JavaScript: node-serialize, cryo, funcster.
    Rule::pattern(100, &["_$$nd_func$$_"], r"_\$\$nd_func\$\$_"),
    Rule::pattern(80, &["_cryo_function_", "__js_function"], r"_cryo_function_|__js_function"),
    // Java: the magic of a stream, in bytes, base64 and hexadecimal.
    Rule::judge(&["ro0ab", "gas", "gan", "gaj", "aaeaaad/////", "bah"], base64),
    Rule::judge(&["\u{5}"], bytes),
    Rule::pattern(90, &["aced0005"], r"(^|[^0-9a-z])(0x)?aced0005[0-9a-f]{2}"),
    Rule::pattern(
        85,
        &["\"@type\"", "'@type'"],
        r#"["']@type["']\s*:\s*["'](l?com\.|l?org\.|l?java[x.]|l?sun\.|l?ch\.qos|l?oracle\.|l?net\.sf|\[)"#,
    ),
    Rule::pattern(85, &["java.beans."], r"java\.beans\.(xmldecoder|eventhandler)"),
    Rule::pattern(
        85,
        &["<sorted-set", "<dynamic-proxy", "<tree-map", "<java.util.priorityqueue", "<jdk.nashorn"],
        r"<(dynamic-proxy|java\.util\.priorityqueue|jdk\.nashorn)[\s>]|<(sorted-set|tree-map)>.*(<handler|<interface>|<string>.{0,40}<dynamic)",
    ),
    Rule::pattern(
        85,
        &[
            "commons.collections",
            "jdbcrowsetimpl",
            "templatesimpl",
            "ysoserial",
            "commons-beanutils",
        ],
        r"commons\.collections4?\.(functors|keyvalue|map\.lazymap)|jdbcrowsetimpl|xalan\.internal\.xsltc\.trax|trax\.templatesimpl|ysoserial",
    ),
    // PHP: an object, alone or within an array.
    Rule::pattern(
        85,
        &["o:", "c:"],
        r#"(^|[;{"'=\s&])[oc]:\+?\d{1,6}:\\?"\\?[\w\\]+\\?":\d{1,6}:\{"#,
    ),
    // Python: pickle as text, and YAML that names what to build.
    Rule::pattern(
        95,
        &[
            "os\n",
            "posix\n",
            "subprocess\n",
            "builtins\n",
            "builtin__\n",
            "sys\n",
            "commands\n",
            "pty\n",
        ],
        r"(^|\n|\()[ci]_{0,2}(os|posix|subprocess|builtins?|sys|commands|pty)(_{2})?\n\w+\n",
    ),
    Rule::pattern(
        95,
        &["!!python/", "tag:yaml.org,2002:python/"],
        r"python/(object|name|module|apply)",
    ),
    Rule::pattern(
        90,
        &["!ruby/", "!!javax", "!!java.", "!!com.", "!!org.", "!!js/", "!!sun."],
        r"!!?(ruby/(object|hash|struct|sym|regexp|class|module)|javax?\.\w|com\.\w+\.|org\.\w+\.|sun\.|js/(function|regexp|undefined))",
    ),
    // jsonpickle of Python: keys that name what to build, alone and in text that is not quite JSON.
    Rule::pattern(
        90,
        JSONPICKLE,
        r"^py/(object|reduce|function|type|repr|new(argsex|args|obj)|initargs)$",
    )
    .only(Holds::InKey),
    Rule::pattern(
        90,
        JSONPICKLE,
        r"[\x22']py/(object|reduce|function|type|repr|new(argsex|args|obj)|initargs)\\?[\x22']\s*:",
    ),
    // Ruby: the class that `JSON.load` builds.
    Rule::pattern(60, &["json_class"], r"^json_class$").only(Holds::InKey),
    Rule::pattern(60, &["json_class"], r"[\x22']json_class\\?[\x22']\s*(:|=>)\s*\\?[\x22'][a-z]"),
    // .NET: the type that a reader shall build.
    Rule::pattern(
        85,
        &["$type", "__type"],
        r#"\$?_*type["']\s*:\s*["'](system\.(windows|diagnostics|workflow|identitymodel|configuration|management|web|runtime|activities|security|io)|microsoft\.(visualstudio|exchange|powershell))"#,
    ),
    Rule::pattern(
        75,
        &["objectdataprovider", "losformatter", "binaryformatter", "typeconfusedelegate"],
        r"objectdataprovider|(los|binary|soap)formatter\b.{0,80}(deserialize|<)|typeconfusedelegate",
    ),
];

const JSONPICKLE: &[&str] =
    &["py/object", "py/reduce", "py/function", "py/type", "py/repr", "py/new", "py/initargs"];

/// Base64 of streams that say at their start what they are; capital and small letters differ.
fn base64(form: &Form<'_>) -> u32 {
    for word in form.raw.split(|byte| !is_base64(*byte)) {
        let points = match word {
            // Java: `ac ed 00 05`.
            [b'r', b'O', b'0', b'A', b'B', rest @ ..] if rest.len() >= 4 => 95,
            // .NET BinaryFormatter: a header whose ids are 1 and -1.
            [b'A', b'A', b'E', b'A', b'A', b'A', b'D', b'/', b'/', b'/', b'/', b'/', ..] => 95,
            // Pickle from protocol 4: a frame with its length of eight bytes.
            [b'g', b'A', b'S', b'V', rest @ ..] if has_zeros(rest) => 85,
            // Pickle of protocol 2 and 3 that begins with the name of a callable.
            [b'g', b'A', b'N' | b'J', b'j', rest @ ..] if rest.len() >= 16 => 80,
            // Ruby Marshal of an object, of a user class; a hash alone is a session of Rails.
            [b'B', b'A', b'h', b'v' | b'V' | b'V', rest @ ..] if rest.len() >= 16 => 70,
            [b'B', b'A', b'h', b'J' | b'b' | b'7', rest @ ..] if form.sink && rest.len() >= 12 => {
                40
            }
            [b'g', b'A', b'N' | b'J' | b'S', rest @ ..] if form.sink && rest.len() >= 12 => 40,
            _ => 0,
        };
        if points > 0 {
            return points;
        }
    }
    0
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Whether the high bytes of a length below 64 KiB follow: zeros, which base64 writes as `A`.
fn has_zeros(text: &[u8]) -> bool {
    text.get(..14).is_some_and(|start| start.windows(6).any(|run| run == b"AAAAAA"))
}

/// The magic numbers themselves, where a decoder has made bytes of the text.
fn bytes(form: &Form<'_>) -> u32 {
    if form.raw.windows(4).any(|four| four == b"\xac\xed\x00\x05") { 100 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::has_zeros;

    #[test]
    fn the_length_of_a_frame_is_mostly_zeros() {
        assert!(has_zeros(b"KAAAAAAAAACMBXBvc2l4"));
        assert!(!has_zeros(b"KABAAABAAACMBXBvc2l4"));
        assert!(!has_zeros(b"AAAAAA"));
    }
}
