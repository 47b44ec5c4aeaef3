//! A Chromium without a window that a test drives as a person would: by its pointer and keys.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A browser that says nothing for so long hangs.
const DEADLINE: Duration = Duration::from_secs(90);

/// Nothing of the browser's own goes to the network.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--window-size=1400,1000",
    "--remote-debugging-pipe",
    "about:blank",
];

pub(crate) struct Browser {
    child: Child,
    to: File,
    from: Receiver<Value>,
    session: String,
    last: u64,
    /// What it told unasked.
    events: Vec<Value>,
    _folder: TempDir,
}

/// The Chromium of the machine: `FAASGUARD_CHROMIUM`, else one on the PATH.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("FAASGUARD_CHROMIUM") {
        return Some(path.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = std::env::var_os("PATH")?;
    let mut folders = std::env::split_paths(&path);
    folders.find_map(|folder| names.iter().map(|it| folder.join(it)).find(|it| it.is_file()))
}

impl Browser {
    pub(crate) fn start(program: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pipe = |name: &str| folder.path().join(name);
        let made = Command::new("mkfifo").args([pipe("in"), pipe("out")]).status().unwrap();
        assert!(made.success());
        // The browser talks through its third and fourth file, which the shell opens for it.
        let child = Command::new("sh")
            .args(["-c", r#"in=$1 out=$2; shift 2; exec "$@" 3<"$in" 4>"$out""#, "sh"])
            .args([pipe("in"), pipe("out")])
            .arg(program)
            .arg(format!("--user-data-dir={}", pipe("profile").display()))
            .args(FLAGS)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = OpenOptions::new().write(true).open(pipe("in")).unwrap();
        let mut read = BufReader::new(File::open(pipe("out")).unwrap());
        let (tell, from) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while read.read_until(0, &mut message).is_ok_and(|count| count > 0) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else { break };
                if tell.send(value).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Self {
            child,
            to,
            from,
            session: String::new(),
            last: 0,
            events: Vec::new(),
            _folder: folder,
        };
        let target = browser.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", &attach);
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Asks for something and waits for the answer.
    pub(crate) fn call(&mut self, method: &str, parameters: &Value) -> Value {
        let answer = self.try_call(method, parameters);
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }

    fn try_call(&mut self, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = self.session.as_str().into();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let said = self.from.recv_timeout(DEADLINE).unwrap();
            if said["id"] == self.last {
                return said;
            }
            self.events.push(said);
        }
    }

    /// Opens a file and waits until it is drawn.
    pub(crate) fn open(&mut self, path: &Path) {
        self.open_address(&format!("file://{}", path.display()));
    }

    /// Opens an address and waits until it is drawn.
    pub(crate) fn open_address(&mut self, address: &str) {
        self.events.clear();
        self.call("Page.navigate", &json!({"url": address}));
        while !self.events.iter().any(|it| it["method"] == "Page.loadEventFired") {
            let said = self.from.recv_timeout(DEADLINE).unwrap();
            self.events.push(said);
        }
    }

    /// Value of an expression on the page.
    pub(crate) fn ask(&mut self, expression: &str) -> Value {
        let ask = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", &ask);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until another page is drawn on which an expression is true.
    pub(crate) fn arrive(&mut self, expression: &str) {
        let began = Instant::now();
        let whole = format!("document.readyState === 'complete' && Boolean({expression})");
        let ask = json!({"expression": whole, "returnByValue": true});
        // Between two pages there is nobody to answer.
        while self.try_call("Runtime.evaluate", &ask)["result"]["result"]["value"] != true {
            assert!(began.elapsed() < DEADLINE, "{expression} never held");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until an expression is true.
    pub(crate) fn wait_for(&mut self, expression: &str) {
        let wait = format!(
            "new Promise((done) => {{ const look = () => ({expression}) ? done(true) : \
             setTimeout(look, 10); look(); }})"
        );
        self.ask(&wait);
    }

    /// Presses the pointer in the middle of the first element that a selector picks.
    pub(crate) fn click(&mut self, selector: &str) {
        let place = self.ask(&format!(
            "(() => {{ const it = document.querySelector({selector:?}); \
             it.scrollIntoView({{block: 'center'}}); const box = it.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({
                "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", &event);
        }
    }

    /// Presses a key: `Escape`, `/`.
    pub(crate) fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({"type": kind, "key": key});
            if kind == "keyDown" && key.chars().count() == 1 {
                event["text"] = key.into();
            }
            if key == "Enter" {
                event["windowsVirtualKeyCode"] = 13.into();
                event["text"] = "\r".into();
            }
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Goes to the next thing that keys reach.
    pub(crate) fn tab(&mut self) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event =
                json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Types text where the cursor is.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", &json!({"text": text}));
    }

    /// A picture of the page as PNG, in Base64.
    pub(crate) fn picture(&mut self) -> String {
        let whole = json!({"format": "png", "captureBeyondViewport": false});
        self.call("Page.captureScreenshot", &whole)["data"].as_str().unwrap().to_owned()
    }

    /// What went wrong on the page since it was opened: exceptions, errors and warnings of the console,
    /// what the policy forbade.
    pub(crate) fn faults(&mut self) -> Vec<String> {
        // Answers come in order: what was said before is here behind one more.
        self.ask("new Promise((done) => setTimeout(done, 50))");
        let is_fault = |it: &&Value| match it["method"].as_str() {
            Some("Runtime.exceptionThrown" | "Log.entryAdded") => true,
            Some("Runtime.consoleAPICalled") => it["params"]["type"] != "log",
            _ => false,
        };
        self.events.iter().filter(is_fault).map(ToString::to_string).collect()
    }

    /// Addresses that were asked for since the page was opened.
    pub(crate) fn requests(&self) -> Vec<&str> {
        let sent = self.events.iter().filter(|it| it["method"] == "Network.requestWillBeSent");
        sent.filter_map(|it| it["params"]["request"]["url"].as_str()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
