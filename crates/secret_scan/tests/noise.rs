//! Lines of the forms in which nothing is secret, and beside them the same forms with a secret.

use secret_scan::Scanner;

/// How many are told in a text under a path.
fn count(path: &str, text: &str) -> usize {
    Scanner::default().scan(path, text.as_bytes()).len()
}

/// Texts in which nothing is told; where another stands beside it, one is told in that.
const CASES: &[(&str, &str, &str)] = &[
    ("a.php", "'password' => 'required|string|min:8',", "'password' => 'r3quired|str1ng!8',"),
    (
        "a.html",
        "<script src=auth.js integrity=\"sha384-q8SxA1bQvT4mZcE7uJ0wRkY5q8SxA1bQvT4mZcE7uJ0wRkY5\">",
        "",
    ),
    ("a.json", r#"{"objectKey": "1d2129a13d38460a9756e5b91fddb9511d2129a13d38460a"}"#, ""),
    (".env", "RECAPTCHA_SITE_KEY=6Lc4EMfAdggcG9qpVTzqA05MFsHl7Uei", ""),
    ("a.yaml", "- secretKey: password", "- secretKey: q8SxA1bQvT4mZcE7"),
    ("a.json", r#""nextForwardToken": "f/36571529772994308243753387311916838477/s""#, ""),
    ("a.json", r#""clientRequestToken": "1d2129a1-3d38-460a-9756-e5b91fddb951""#, ""),
    (
        "a.json",
        r#""ClientToken": "1d2129a1-3d38-460a-9756-e5b91fddb951""#,
        r#""ClientToken": "q8SxA1bQvT4mZcE7uJ0w""#,
    ),
    ("a.py", "\"key_sha256\": \"d306cf01314d51bd37892d874308200951a35265\"", ""),
    ("Makefile", "publish --token \"$$CARGO_TOKEN\"", "publish --token \"q8SxA1bQvT4mZcE7uJ0w\""),
    ("a.rs", "const TOKEN: &str = \"$serde::private::RawValue\";", ""),
    ("a.c", "int data_key = _mm512_srli_epi64 (data, 32);", ""),
    ("a.rs", "pub const SOME_AUTHORIZATION: NTSTATUS = -1071054519i32;", ""),
    ("a.rs", "pub Authorization: WINDOW_PRESENCE_0,", ""),
    (
        "a.toml",
        "\"Win32_Security_Authorization\",\n\"Win32_Storage_FileSystem\",",
        "\"Authorization: Basic YW5uYTpoNHJkLTkxLXgh\"",
    ),
    (
        "a.txt",
        "--header \"authorizationToken: unauthorized\"",
        "--header \"authorizationToken: q8SxA1bQvT4m\"",
    ),
    (
        "a.rs",
        "features: `\\\"Win32_Foundation\\\"`, `\\\"Win32_Security_Credentials\\\"`, `\\\"Win32_System_Threading\\\"`",
        "",
    ),
    ("a.rs", "pub const SHARED_KEY: ALGORITHM = DOT11_AUTH_ALGO_80211_SHARED;", ""),
    ("a.rs", "let key: ConfigKey = \"aws_endpoint_url_s3\".parse();", ""),
    ("a.rs", "Self::EncryptionKey => \"aws_sse_customer_key_base64\",", ""),
    ("a.rs", "/// `ASIA4ZP5EXAMPLETOKEN`", ""),
    ("a.rs", ".header(\"sec-websocket-key\", \"6D69KGBOr4Re+Nj6zx9aQA==\")", ""),
    ("a.js", "this.token(\"require(\");", ""),
    (
        "a.rs",
        "\"AWS4-HMAC-SHA256 Credential=H20ABqCkLZID4rLe/20220809/us-east-1/s3/aws4_request\"",
        "",
    ),
    (
        "a.rs",
        "/// with \"-----BEGIN PRIVATE KEY-----\" or without, as the function that reads it takes both: \n\
         let text = text.strip_suffix(\"-----END PRIVATE KEY-----\");",
        "",
    ),
    ("a.md", "x-api-key: Q425Bv0mFe7s6C4jRrCAlazVkSlXXXXXXXXXXXXX", ""),
    ("messages_de.properties", "login.password=Passwort", ""),
    (
        "sealed.yaml",
        "kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgfdZoU05P4OoEDe5Zm0SDD91\n",
        "kind: SealedSecret\n---\nspec:\n  password: AgfdZoU05P4OoEDe5Zm0SDD91\n",
    ),
    ("a.yaml", "Parameters:\n  Stage:\n    Default: h4rd-To-Guess\n", ""),
    ("a.yaml", "Parameters:\n  DbPassword:\n    NoEcho: true\n    Default: ''\n", ""),
    (
        "a.yaml",
        "Parameters:\n  DbPassword:\n    Default: ${Other}\n",
        "Parameters:\n  DbPassword:\n    Default: h4rd-To-Guess\n",
    ),
    (
        "a.tf",
        "variable \"token\" {\n  default = \"\"\n}",
        "variable \"token\" {\n  default = \"q8SxA1bQvT4m\"\n}",
    ),
    (
        "A.java",
        "c.setPassword(password); c.setTokenName(\"orders\");",
        "c.setPassword(\"h4rd-91!\");",
    ),
    (
        "wp-config.php",
        "define( 'NONCE_SALT', 'put your unique phrase here' );",
        "define( 'NONCE_SALT', 'n;#I3,%(M3H^M)Rb1]' );",
    ),
];

#[test]
fn forms_without_a_secret_are_quiet_and_forms_with_one_are_told() {
    for (path, quiet, told) in CASES {
        assert_eq!(count(path, quiet), 0, "{path}: {quiet}");
        if !told.is_empty() {
            assert_eq!(count(path, told), 1, "{path}: {told}");
        }
    }
}
