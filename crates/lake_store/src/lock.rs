//! One writer at a time: a lock of the system for folders, an object with an end for buckets.
//!
//! The lock keeps writers from waste, not the lake from harm: that is what the numbers of commits are
//! for. A writer that comes back from a long sleep finds its number taken.

use std::{
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    sync::{Arc, mpsc},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{LakeError, Storage, clock};

/// The file of the lock, relative to the lake.
const LOCK: &str = "_faasguard/lock.json";

/// Seconds after which a lock in a bucket is void when its owner does not renew it.
const LASTS: i64 = 60;

/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(15);

/// How often a waiting writer looks again.
const PAUSE: Duration = Duration::from_millis(500);

/// What stands in the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claim {
    owner: String,
    /// Seconds since 1970.
    expires: i64,
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(crate) enum Lock {
    /// The system gives it back when the process ends, however it ends.
    Folder {
        _file: File,
    },
    Bucket {
        storage: Arc<Storage>,
        owner: String,
        renewal: Option<Renewal>,
    },
}

/// The thread that renews a lock.
#[derive(Debug)]
pub(crate) struct Renewal {
    end: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

/// Takes the lock, waiting at most `wait`.
pub(crate) fn take(storage: &Arc<Storage>, owner: &str, wait: Duration) -> Result<Lock, LakeError> {
    let until = Instant::now() + wait;
    loop {
        let holder = match storage.folder() {
            Some(folder) => match try_folder(folder, owner)? {
                Ok(lock) => return Ok(lock),
                Err(holder) => holder,
            },
            None => match try_bucket(storage, owner)? {
                Ok(lock) => return Ok(lock),
                Err(holder) => holder,
            },
        };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(LakeError::Locked { owner: holder });
        }
        std::thread::sleep(PAUSE.min(left));
    }
}

fn try_folder(folder: &std::path::Path, owner: &str) -> Result<Result<Lock, String>, LakeError> {
    let fault = |error: std::io::Error| LakeError::Store {
        path: LOCK.to_owned(),
        what: "opened",
        source: Box::new(error),
    };
    let path = folder.join(LOCK);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(fault)?;
    }
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(fault)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.take(4_096).read_to_string(&mut text);
            let claim = serde_json::from_str::<Claim>(&text);
            return Ok(Err(claim.map_or_else(|_| "another process".to_owned(), |it| it.owner)));
        }
        Err(std::fs::TryLockError::Error(error)) => return Err(fault(error)),
    }
    // Who holds it is told to others; that it cannot be written (a full disk) takes nothing from it.
    let claim = Claim { owner: owner.to_owned(), expires: i64::MAX };
    let text = serde_json::to_string(&claim).unwrap_or_default();
    let _ =
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes()));
    Ok(Ok(Lock::Folder { _file: file }))
}

fn try_bucket(storage: &Arc<Storage>, owner: &str) -> Result<Result<Lock, String>, LakeError> {
    if let Some(bytes) = storage.read(LOCK)? {
        let claim = serde_json::from_slice::<Claim>(&bytes).ok();
        if let Some(claim) = claim.filter(|claim| claim.expires > clock::now()) {
            return Ok(Err(claim.owner));
        }
        // Its owner is gone. Two that delete it at once meet again at the creation.
        storage.delete(LOCK)?;
    }
    if !storage.create(LOCK, claim_of(owner))? {
        return Ok(Err("another writer".to_owned()));
    }
    let (end, ended) = mpsc::channel::<()>();
    let (renewed, name) = (Arc::clone(storage), owner.to_owned());
    let thread = std::thread::spawn(move || {
        while ended.recv_timeout(RENEWAL) == Err(mpsc::RecvTimeoutError::Timeout) {
            // A renewal that fails is tried again; a lock that ends meanwhile costs a commit its number.
            let _ = renewed.put(LOCK, claim_of(&name));
        }
    });
    let renewal = Some(Renewal { end, thread });
    Ok(Ok(Lock::Bucket { storage: Arc::clone(storage), owner: owner.to_owned(), renewal }))
}

fn claim_of(owner: &str) -> Vec<u8> {
    let claim = Claim { owner: owner.to_owned(), expires: clock::now() + LASTS };
    serde_json::to_vec(&claim).unwrap_or_default()
}

impl Drop for Lock {
    fn drop(&mut self) {
        let Self::Bucket { storage, owner, renewal } = self else { return };
        if let Some(Renewal { end, thread }) = renewal.take() {
            drop(end);
            let _ = thread.join();
        }
        let claim = storage.read(LOCK).ok().flatten();
        let claim = claim.and_then(|bytes| serde_json::from_slice::<Claim>(&bytes).ok());
        if claim.is_some_and(|claim| claim.owner == *owner) {
            let _ = storage.delete(LOCK);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::take;
    use crate::{LakeError, Storage};

    #[test]
    fn the_second_writer_is_told_who_the_first_one_is() {
        let scratch = tempfile::tempdir().unwrap();
        let storage = Arc::new(Storage::open(scratch.path().to_str().unwrap(), true).unwrap());
        let first = take(&storage, "one", Duration::ZERO).unwrap();
        match take(&storage, "two", Duration::ZERO) {
            Err(LakeError::Locked { owner }) => assert_eq!(owner, "one"),
            other => panic!("{other:?}"),
        }
        drop(first);
        take(&storage, "two", Duration::ZERO).unwrap();
    }
}
