//! The code of functions, fetched from where the service says it lies, and checked.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{Read as _, Write},
    path::PathBuf,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use snapshot_file::{Code, Reason};

use crate::{client::Client, reply::one_line};

/// Bytes that are read at a time.
const PIECE: usize = 64 << 10;

/// Where code goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFolder {
    /// The folder of the snapshot.
    pub base: PathBuf,
    /// The folder in it, with `/`.
    pub folder: String,
    /// Bytes of the largest package.
    pub most_bytes: u64,
}

/// What is to be fetched.
pub(crate) struct Wanted {
    pub(crate) function_arn: String,
    name: String,
    /// The digest that the service names, 32 bytes.
    sha256: Vec<u8>,
    url: String,
}

/// The function of an answer of `GetFunction`.
pub(crate) fn arn_of(answer: &Value) -> Option<&str> {
    answer.pointer("/Configuration/FunctionArn").and_then(Value::as_str)
}

/// What an answer of `GetFunction` lets fetch: nothing of a function that is an image.
pub(crate) fn wanted(answer: &Value) -> Option<Wanted> {
    let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Some(Wanted {
        function_arn: text("/Configuration/FunctionArn")?,
        name: text("/Configuration/FunctionName")?,
        sha256: STANDARD.decode(text("/Configuration/CodeSha256")?).ok()?,
        url: text("/Code/Location")?,
    })
}

/// Fetches a package into the folder: whole, within the limit, and with the digest that the service says.
pub(crate) fn fetch(
    client: &Client,
    folder: &CodeFolder,
    account: &str,
    region: &str,
    wanted: &Wanted,
) -> Result<Code, (Reason, String)> {
    let failed = |message: &str| (Reason::Error, one_line(message));
    // To this machine only when every service is there.
    if !wanted.url.starts_with("https://") && !client.is_redirected() {
        return Err(failed("the code lies at an address without TLS"));
    }
    let file = format!("{}/{account}/{region}/{}.zip", folder.folder, plain(&wanted.name));
    let path = folder.base.join(&file);
    let parent = path.parent().unwrap_or(&folder.base);
    fs::create_dir_all(parent).map_err(|error| failed(&error.to_string()))?;
    let (status, body) =
        client.login().wire().fetch(&wanted.url).map_err(|error| failed(&error.to_string()))?;
    if status != 200 {
        return Err(failed(&format!("the code cannot be fetched: status {status}")));
    }
    let mut beside = path.clone().into_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let result = save(body.take(folder.most_bytes.saturating_add(1)), &beside, folder.most_bytes);
    let digest = result.and_then(|digest| {
        if digest == wanted.sha256 {
            Ok(digest)
        } else {
            Err(failed("the code has another digest than the service says"))
        }
    });
    match digest {
        Ok(digest) => {
            fs::rename(&beside, &path).map_err(|error| failed(&error.to_string()))?;
            let sha256 = hexadecimal(&digest);
            Ok(Code { function_arn: wanted.function_arn.clone(), sha256, file })
        }
        Err(reason) => {
            let _ = fs::remove_file(&beside);
            Err(reason)
        }
    }
}

fn save(
    mut body: impl std::io::Read,
    path: &PathBuf,
    most: u64,
) -> Result<Vec<u8>, (Reason, String)> {
    let failed = |message: &str| (Reason::Error, one_line(message));
    let mut file = File::create(path).map_err(|error| failed(&error.to_string()))?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut bytes = 0_u64;
    loop {
        let read = body.read(&mut piece).map_err(|error| failed(&error.to_string()))?;
        let read = piece.get(..read).unwrap_or_default();
        if read.is_empty() {
            return Ok(digest.finalize().to_vec());
        }
        bytes += read.len() as u64;
        if bytes > most {
            return Err((Reason::Limit, format!("the code has more than {most} bytes")));
        }
        digest.update(read);
        file.write_all(read).map_err(|error| failed(&error.to_string()))?;
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A name as a file's: names of functions have nothing else, but the answer may be anyone's.
fn plain(name: &str) -> String {
    let fit = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
    name.chars().map(|it| if fit(it) { it } else { '_' }).take(140).collect()
}
