//! Texts cut to what their readers take.

use report::security_hub::partition;
use serde_json::Value;

/// The text with hidden characters made visible, at most so many characters; what is cut ends in `…`.
pub(crate) fn cut(text: &str, most: usize) -> String {
    escaped(text, most, |character, to| to.push(character))
}

/// The same, each character written by `write`, which may need several for one. Counts in characters
/// of what is written.
pub(crate) fn escaped(text: &str, most: usize, write: fn(char, &mut String)) -> String {
    let visible = report::visible(text);
    let (mut shown, mut count) = (String::new(), 0);
    let mut part = String::new();
    // Where to cut, should the text turn out too long.
    let mut end = 0;
    for character in visible.chars() {
        part.clear();
        write(character, &mut part);
        count += part.chars().count();
        if count > most {
            shown.truncate(end);
            shown.push('…');
            return shown;
        }
        shown.push_str(&part);
        if count < most {
            end = shown.len();
        }
    }
    shown
}

/// Sets a member of an object.
pub(crate) fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}

/// The ARN of a function by its name or ARN, when account and region are known.
pub(crate) fn function_arn(function: &str, account: &str, region: &str) -> String {
    if function.starts_with("arn:") {
        return function.to_owned();
    }
    format!("arn:{}:lambda:{region}:{account}:function:{function}", partition(region))
}

#[cfg(test)]
mod tests {
    use super::{cut, escaped};

    #[test]
    fn a_text_is_cut_to_its_bound_and_not_before() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("a\u{1b}[2J", 20), "a\\u{1b}[2J");
        let double = |text: &str, most| escaped(text, most, |it, to| to.extend([it, it]));
        assert_eq!(double("abc", 6), "aabbcc");
        assert_eq!(double("abc", 5), "aabb…");
        assert_eq!(double("abc", 4), "aa…");
    }
}
