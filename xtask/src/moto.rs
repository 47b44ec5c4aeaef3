//! moto, a server that speaks as AWS does, on the loopback; of a virtual environment that is made once.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Failure, Outcome, workspace};

/// The release that is installed when there is none.
const RELEASE: &str = "moto[server]==5.2.5";

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program of the environment: `moto_server`, `python`.
pub(crate) fn program(name: &str) -> Result<PathBuf, Failure> {
    let folder = workspace::target_folder().join("moto");
    let done = folder.join("installed");
    if !done.is_file() {
        must(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        must(Command::new(folder.join("bin/pip")).args(["install", "--quiet", RELEASE]))?;
        fs::write(done, RELEASE)?;
    }
    Ok(folder.join("bin").join(name))
}

fn must(command: &mut Command) -> Outcome {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}").into()) }
}

/// A server, ended with its owner.
pub(crate) struct Moto {
    child: Child,
    port: u16,
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Moto {
    /// Starts one; what it says goes to a file.
    pub(crate) fn start(log: &Path) -> Result<Self, Failure> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let log = File::create(log)?;
        let child = Command::new(program("moto_server")?)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let moto = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err("moto does not listen".into());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(moto)
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on only what policies allow is answered, or everything.
    pub(crate) fn enforce_policies(&self, enforced: bool) -> Outcome {
        let count = if enforced { "0" } else { "inf" };
        let port = self.port;
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        write!(
            stream,
            "POST /moto-api/reset-auth HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{count}",
            count.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let is_done = answer.split(' ').nth(1) == Some("200");
        if is_done { Ok(()) } else { Err(format!("moto: {answer}").into()) }
    }
}
