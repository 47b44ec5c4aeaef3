//! A folder of this machine or a bucket, and what a lake does with it.

use std::{path::PathBuf, sync::Arc};

use futures::TryStreamExt as _;
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload,
    aws::{AmazonS3Builder, S3ConditionalPut},
    local::LocalFileSystem,
    path::Path,
};
use tokio::runtime::Runtime;

use crate::LakeError;

/// Files that are waited for one by one; more are waited for together with all else of the disk.
#[cfg(target_os = "linux")]
const MOST_SINGLE: usize = 4;

/// Where a lake is.
#[derive(Debug)]
pub struct Storage {
    url: String,
    place: Place,
    store: Arc<dyn ObjectStore>,
    runtime: Runtime,
}

#[derive(Clone, Debug)]
enum Place {
    Folder(PathBuf),
    Bucket { bucket: String, prefix: String },
}

/// A file of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Relative to the lake.
    pub(crate) path: String,
    pub(crate) bytes: u64,
}

impl Storage {
    /// Opens a folder (which is made when `makes` says so) or `s3://bucket/prefix`. Credentials, region
    /// and endpoint of S3 come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_REGION`,
    /// `AWS_ENDPOINT_URL`, …), or from the instance or container that this runs on.
    ///
    /// # Errors
    /// [`LakeError`] when the place cannot be opened; nothing of a bucket is asked yet.
    pub fn open(url: &str, makes: bool) -> Result<Self, LakeError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| fault(url, "opened", error))?;
        let place = Place::parse(url)?;
        if let Place::Folder(folder) = &place
            && makes
        {
            std::fs::create_dir_all(folder).map_err(|error| fault(url, "made", error))?;
        }
        if let Place::Folder(folder) = &place
            && !folder.is_dir()
        {
            return Err(LakeError::NoLake { url: url.to_owned() });
        }
        // Links are resolved once, so that all engines name the files alike.
        let place = match place {
            Place::Folder(folder) => {
                Place::Folder(folder.canonicalize().map_err(|error| fault(url, "opened", error))?)
            }
            bucket @ Place::Bucket { .. } => bucket,
        };
        let store = place.store(url)?;
        Ok(Self { url: url.to_owned(), place, store, runtime })
    }

    /// The place as it was named.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder, when it is one of this machine.
    #[must_use]
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder),
            Place::Bucket { .. } => None,
        }
    }

    /// The URL of a file of the lake, for other engines; with `""` that of the lake, which ends with a
    /// slash.
    #[must_use]
    pub fn url_of(&self, path: &str) -> String {
        match &self.place {
            Place::Folder(folder) => {
                let mut url = "file://".to_owned();
                for part in folder.components().skip(1) {
                    url.push('/');
                    push_encoded(&mut url, &part.as_os_str().to_string_lossy());
                }
                url.push('/');
                url.push_str(path);
                url
            }
            Place::Bucket { bucket, prefix } if prefix.is_empty() => {
                format!("s3://{bucket}/{path}")
            }
            Place::Bucket { bucket, prefix } => format!("s3://{bucket}/{prefix}/{path}"),
        }
    }

    /// The root that an engine registers a store under (`file://`, `s3://bucket`), and a store of its
    /// own for it: connections must not be shared between runtimes.
    ///
    /// # Errors
    /// [`LakeError`] as [`Storage::open`].
    pub fn engine_store(&self) -> Result<(String, Arc<dyn ObjectStore>), LakeError> {
        match &self.place {
            Place::Folder(_) => Ok(("file://".to_owned(), Arc::new(LocalFileSystem::new()))),
            Place::Bucket { bucket, .. } => {
                let store = bucket_store(&self.url, bucket)?;
                Ok((format!("s3://{bucket}"), store))
            }
        }
    }

    /// The bytes of a file; `None` when it is not there.
    pub(crate) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, LakeError> {
        let result =
            self.runtime.block_on(async { self.store.get(&self.path(path)?).await?.bytes().await });
        match result {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(path, "read", error)),
        }
    }

    /// Writes a file whole, or not at all. Before a commit names it, [`Storage::settle`] must be called.
    pub(crate) fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), LakeError> {
        self.put_as(path, bytes, PutMode::Overwrite).map(|_| ())
    }

    /// Writes a file unless it stands, and waits until it is on the disk; whether it was written.
    pub(crate) fn create(&self, path: &str, bytes: Vec<u8>) -> Result<bool, LakeError> {
        let is_new = self.put_as(path, bytes, PutMode::Create)?;
        if is_new {
            self.settle(&[path])?;
        }
        Ok(is_new)
    }

    fn put_as(&self, path: &str, bytes: Vec<u8>, mode: PutMode) -> Result<bool, LakeError> {
        let options = PutOptions { mode, ..PutOptions::default() };
        let result = self.runtime.block_on(async {
            self.store.put_opts(&self.path(path)?, PutPayload::from(bytes), options).await
        });
        match result {
            Ok(_) => Ok(true),
            Err(
                object_store::Error::AlreadyExists { .. }
                | object_store::Error::Precondition { .. },
            ) => Ok(false),
            Err(error) => Err(fault(path, "written", error)),
        }
    }

    /// Waits until files are on the disk, their names included: a commit must not outlive its files when
    /// the power goes.
    pub(crate) fn settle(&self, paths: &[&str]) -> Result<(), LakeError> {
        let Place::Folder(folder) = &self.place else { return Ok(()) };
        // One by one, each waits for the disk.
        #[cfg(target_os = "linux")]
        if paths.len() > MOST_SINGLE {
            let open = std::fs::File::open(folder);
            let synced = open.and_then(|open| Ok(rustix::fs::syncfs(open)?));
            return synced.map_err(|error| fault("", "written", error));
        }
        let sync = |path: &std::path::Path| std::fs::File::open(path)?.sync_all();
        for path in paths {
            let file = folder.join(path);
            sync(&file).map_err(|error| fault(path, "written", error))?;
            if let Some(parent) = file.parent() {
                sync(parent).map_err(|error| fault(path, "written", error))?;
            }
        }
        Ok(())
    }

    /// All files below a folder of the lake, in no order. What a writer of this machine has not
    /// finished is not among them.
    pub(crate) fn list(&self, folder: &str) -> Result<Vec<Stored>, LakeError> {
        let listed = self.runtime.block_on(async {
            let prefix = self.path(folder)?;
            self.store.list(Some(&prefix)).try_collect::<Vec<_>>().await
        });
        let listed = match listed {
            Ok(listed) => listed,
            Err(object_store::Error::NotFound { .. }) => Vec::new(),
            Err(error) => return Err(fault(folder, "listed", error)),
        };
        let prefix = match &self.place {
            Place::Bucket { prefix, .. } if !prefix.is_empty() => format!("{prefix}/"),
            _ => String::new(),
        };
        let own = listed.into_iter().filter_map(|meta| {
            let path = meta.location.as_ref().strip_prefix(&prefix)?.to_owned();
            Some(Stored { path, bytes: meta.size })
        });
        Ok(own.collect())
    }

    /// Deletes a file; that it is not there is fine.
    pub(crate) fn delete(&self, path: &str) -> Result<(), LakeError> {
        let result = self.runtime.block_on(async { self.store.delete(&self.path(path)?).await });
        match result {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(fault(path, "deleted", error)),
        }
    }

    fn path(&self, path: &str) -> Result<Path, object_store::Error> {
        let whole = match &self.place {
            Place::Bucket { prefix, .. } if !prefix.is_empty() => format!("{prefix}/{path}"),
            _ => path.to_owned(),
        };
        Ok(Path::parse(whole)?)
    }
}

impl Place {
    fn parse(url: &str) -> Result<Self, LakeError> {
        let odd = || LakeError::OddPlace { url: url.to_owned() };
        if let Some(rest) = url.strip_prefix("s3://").or_else(|| url.strip_prefix("s3a://")) {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_matches('/');
            if bucket.is_empty() || Path::parse(prefix).is_err() {
                return Err(odd());
            }
            return Ok(Self::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() });
        }
        let path = url.strip_prefix("file://").unwrap_or(url);
        if path.is_empty() || path.contains("://") {
            return Err(odd());
        }
        Ok(Self::Folder(PathBuf::from(path)))
    }

    fn store(&self, url: &str) -> Result<Arc<dyn ObjectStore>, LakeError> {
        match self {
            Self::Folder(folder) => {
                let store = LocalFileSystem::new_with_prefix(folder);
                Ok(Arc::new(store.map_err(|error| fault(url, "opened", error))?))
            }
            Self::Bucket { bucket, .. } => bucket_store(url, bucket),
        }
    }
}

fn bucket_store(url: &str, bucket: &str) -> Result<Arc<dyn ObjectStore>, LakeError> {
    let builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        // What a commit rests on: it is written only when nobody else wrote one of its number.
        .with_conditional_put(S3ConditionalPut::ETagMatch);
    Ok(Arc::new(builder.build().map_err(|error| fault(url, "opened", error))?))
}

/// A part of a path as a URL writes it.
fn push_encoded(url: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'=') {
            url.push(char::from(byte));
        } else {
            url.push('%');
            for digit in [byte >> 4, byte & 15] {
                url.push(
                    char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase(),
                );
            }
        }
    }
}

fn fault(
    path: &str,
    what: &'static str,
    error: impl std::error::Error + Send + Sync + 'static,
) -> LakeError {
    LakeError::Store { path: path.to_owned(), what, source: Box::new(error) }
}

#[cfg(test)]
mod tests {
    use super::{Place, Storage};

    #[test]
    fn places_are_folders_and_buckets() {
        assert!(
            matches!(Place::parse("s3://b/p/q/"), Ok(Place::Bucket { prefix, .. }) if prefix == "p/q")
        );
        assert!(
            matches!(Place::parse("s3://b"), Ok(Place::Bucket { prefix, .. }) if prefix.is_empty())
        );
        assert!(matches!(Place::parse("a b"), Ok(Place::Folder(_))));
        for odd in ["", "s3://", "gs://bucket", "http://host/x"] {
            assert!(Place::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_folder_with_odd_signs_is_a_url() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("a b[1]%");
        let storage = Storage::open(folder.to_str().unwrap(), true).unwrap();
        assert!(storage.url_of("events/x").ends_with("/a%20b%5B1%5D%25/events/x"));
    }

    #[test]
    fn a_file_is_created_once() {
        let scratch = tempfile::tempdir().unwrap();
        let storage = Storage::open(scratch.path().to_str().unwrap(), true).unwrap();
        assert!(storage.create("a/b", b"1".to_vec()).unwrap());
        assert!(!storage.create("a/b", b"2".to_vec()).unwrap());
        assert_eq!(storage.read("a/b").unwrap().unwrap(), b"1");
        assert_eq!(storage.list("a").unwrap().len(), 1);
        storage.delete("a/b").unwrap();
        storage.delete("a/b").unwrap();
        assert_eq!(storage.read("a/b").unwrap(), None);
        assert_eq!(storage.list("a").unwrap(), []);
    }
}
