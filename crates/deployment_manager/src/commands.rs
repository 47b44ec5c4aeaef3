//! Commands `gcloud functions deploy` and `gcloud run deploy` in scripts, build steps and workflows,
//! and steps of `google-github-actions/deploy-cloud-functions`.
//!
//! Nothing is run: words are read as they stand, and a word with a variable stays unresolved.

use source_text::{FileId, Kind, Map, Node, Place, SmolStr};

use crate::lowered::{Lowered, Writer, policy};

const FIRST: &str = "cloudfunctions.googleapis.com/CloudFunction";
const SECOND: &str = "cloudfunctions.googleapis.com/Function";
const SERVICE: &str = "run.googleapis.com/Service";

/// Lines that one command may go over.
const MAX_LINES: usize = 80;
/// Nesting of values beyond which steps are not looked for.
const MAX_DEPTH: usize = 32;

/// A cheap look at a text: whether it may hold a command or a step that deploys.
pub(crate) fn could_hold_commands(text: &str) -> bool {
    (text.contains("gcloud") && text.contains("deploy"))
        || text.contains("google-github-actions/deploy-c")
}

/// The functions and services that the commands of a file deploy; `None` when there are none.
/// `document` is the file as YAML or JSON, when it is that.
#[must_use]
pub fn lower_commands(file: FileId, text: &str, document: Option<&Node>) -> Option<Lowered> {
    let mut writer = Writer::default();
    let scripts = document.and_then(|it| it.get("scripts")).and_then(Node::as_map);
    if let Some(scripts) = scripts.filter(|_| text.trim_start().starts_with('{')) {
        of_scripts(&mut writer, file, scripts);
    } else {
        for command in commands(file, text, |_| true) {
            deploy(&mut writer, &command);
        }
    }
    if let Some(document) = document {
        steps(&mut writer, document, MAX_DEPTH);
    }
    (!writer.is_empty()).then(|| writer.finish(Place::whole(file)))
}

/// The functions and services that a shell script or a makefile deploys in plain commands; what only
/// stands in a text (`echo "gcloud …"`) is none.
#[must_use]
pub fn lower_script(file: FileId, text: &str) -> Option<Lowered> {
    let mut writer = Writer::default();
    for command in commands(file, text, begins_command) {
        deploy(&mut writer, &command);
    }
    (!writer.is_empty()).then(|| writer.finish(Place::whole(file)))
}

/// The commands in the `scripts` of a `package.json`.
fn of_scripts(writer: &mut Writer, file: FileId, scripts: &Map) {
    for script in scripts.values() {
        let Some(text) = script.as_str() else { continue };
        for part in text.split("&&") {
            for mut words in commands(file, part, begins_command) {
                for word in &mut words {
                    word.place = script.place;
                }
                deploy(writer, &words);
            }
        }
    }
}

/// Whether what follows on a line is a command: nothing, a sign that ends another one, or a word that
/// takes a command stands before it.
fn begins_command(before: &str) -> bool {
    const TAKES: [&str; 10] =
        ["sudo", "then", "do", "else", "exec", "time", "if", "command", "-", "env"];
    let before = before.trim_end();
    let last = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    before.is_empty()
        || before.ends_with([';', '|', '&', '(', '`', '{', '!', '@'])
        || TAKES.contains(&last)
        || last.contains('=') && !last.contains(['"', '\''])
}

/// A word of a command, where it stands.
#[derive(Clone, Debug, PartialEq)]
struct Word {
    text: String,
    /// Whether it holds a variable or another command.
    is_open: bool,
    place: Place,
}

impl Word {
    fn node(&self) -> Node {
        self.value(&self.text)
    }

    fn value(&self, text: &str) -> Node {
        let node = Node::text(self.place, SmolStr::new(text));
        if self.is_open && text.contains(['$', '`']) {
            Node::map(self.place, [("Fn::Unresolved", node)])
        } else {
            node
        }
    }
}

/// The commands of a text, each from `gcloud` to its end; `is_one` tells by what stands before it in
/// the line.
fn commands(file: FileId, text: &str, is_one: impl Fn(&str) -> bool) -> Vec<Vec<Word>> {
    let mut found = Vec::new();
    let mut lines = text.lines().zip(1_u32..);
    while let Some((line, number)) = lines.next() {
        let Some(at) = line.find("gcloud ") else { continue };
        let before = line.get(..at).unwrap_or_default();
        if line.trim_start().starts_with(['#', '/']) || !is_one(before) {
            continue;
        }
        let mut words = Vec::new();
        let first = line.get(at..).unwrap_or_default();
        let mut goes_on = read_words(first, file, number, at, &mut words);
        for _ in 0..MAX_LINES {
            if !goes_on {
                break;
            }
            let Some((line, number)) = lines.next() else { break };
            goes_on = read_words(line, file, number, 0, &mut words);
        }
        found.push(words);
    }
    found
}

/// Reads the words of a line as a shell does; whether the command goes on in the next line.
fn read_words(line: &str, file: FileId, number: u32, from: usize, words: &mut Vec<Word>) -> bool {
    let mut quote: Option<char> = None;
    let mut word: Option<Word> = None;
    let mut letters = line.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let column = |at: usize| u32::try_from(from + at + 1).unwrap_or(u32::MAX);
        let begin = || Word {
            text: String::new(),
            is_open: false,
            place: Place {
                file,
                line: number,
                column: column(at),
                end_line: number,
                end_column: column(at + 1),
            },
        };
        match (quote, letter) {
            (None, '\\') => match letters.next() {
                None => {
                    words.extend(word);
                    return true;
                }
                Some((_, next)) => word.get_or_insert_with(begin).text.push(next),
            },
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_with(begin);
            }
            (None, ' ' | '\t') => words.extend(word.take()),
            (None, ';' | '|' | '&' | '#' | '>' | '<') => {
                words.extend(word);
                return false;
            }
            _ => {
                let word = word.get_or_insert_with(begin);
                word.is_open |= matches!(letter, '$' | '`') && quote != Some('\'');
                word.text.push(letter);
                word.place.end_column = column(at + letter.len_utf8());
            }
        }
    }
    words.extend(word);
    false
}

/// The options of a command by name, and its other words.
struct Options<'w> {
    named: Vec<(&'w str, Option<Word>)>,
    plain: Vec<&'w Word>,
}

/// Options that take no value.
const SWITCHES: [&str; 9] = [
    "gen2",
    "no-gen2",
    "trigger-http",
    "allow-unauthenticated",
    "no-allow-unauthenticated",
    "quiet",
    "retry",
    "async",
    "no-retry",
];

impl<'w> Options<'w> {
    fn of(words: &'w [Word]) -> Self {
        let mut options = Self { named: Vec::new(), plain: Vec::new() };
        let mut rest = words.iter().peekable();
        while let Some(word) = rest.next() {
            let Some(name) = word.text.strip_prefix("--") else {
                if !word.text.starts_with('-') {
                    options.plain.push(word);
                }
                continue;
            };
            if let Some((name, value)) = name.split_once('=') {
                options.named.push((name, Some(Word { text: value.to_owned(), ..word.clone() })));
            } else if SWITCHES.contains(&name) {
                options.named.push((name, Some(Word { text: "true".into(), ..word.clone() })));
            } else {
                let value = rest.next_if(|next| !next.text.starts_with("--"));
                options.named.push((name, value.cloned()));
            }
        }
        options
    }

    fn get(&self, names: &[&str]) -> Option<&Word> {
        let found = self.named.iter().rfind(|(name, _)| names.contains(name))?;
        found.1.as_ref()
    }

    fn has(&self, name: &str) -> bool {
        self.named.iter().any(|(known, _)| *known == name)
    }
}

/// Options of functions of the first generation, and their properties.
const OF_FIRST: [(&[&str], &str); 11] = [
    (&["runtime"], "runtime"),
    (&["entry-point"], "entryPoint"),
    (&["service-account"], "serviceAccountEmail"),
    (&["max-instances"], "maxInstances"),
    (&["timeout"], "timeout"),
    (&["vpc-connector"], "vpcConnector"),
    (&["kms-key"], "kmsKeyName"),
    (&["source"], "localSource"),
    (&["trigger-topic"], "eventTrigger.resource"),
    (&["trigger-bucket", "trigger-resource"], "eventTrigger.resource"),
    (&["trigger-event"], "eventTrigger.eventType"),
];

/// Options of functions of the second generation.
const OF_SECOND: [(&[&str], &str); 11] = [
    (&["runtime"], "buildConfig.runtime"),
    (&["entry-point"], "buildConfig.entryPoint"),
    (&["service-account", "run-service-account"], "serviceConfig.serviceAccountEmail"),
    (&["max-instances"], "serviceConfig.maxInstanceCount"),
    (&["timeout"], "serviceConfig.timeoutSeconds"),
    (&["memory"], "serviceConfig.availableMemory"),
    (&["vpc-connector"], "serviceConfig.vpcConnector"),
    (&["kms-key"], "kmsKeyName"),
    (&["source"], "localSource"),
    (&["trigger-topic"], "eventTrigger.pubsubTopic"),
    (&["trigger-event"], "eventTrigger.eventType"),
];

/// Options of services.
const OF_SERVICE: [(&[&str], &str); 7] = [
    (&["function"], "buildConfig.functionTarget"),
    (&["base-image"], "buildConfig.baseImage"),
    (&["service-account"], "template.serviceAccount"),
    (&["max-instances"], "template.scaling.maxInstanceCount"),
    (&["timeout"], "template.timeout"),
    (&["vpc-connector"], "template.vpcAccess.connector"),
    (&["source"], "localSource"),
];

fn deploy(writer: &mut Writer, words: &[Word]) {
    let options = Options::of(words);
    let plain: Vec<&str> = options.plain.iter().map(|word| word.text.as_str()).collect();
    let at = match plain.as_slice() {
        ["gcloud", "functions" | "run", "deploy", ..] => 1,
        ["gcloud", "alpha" | "beta", "functions" | "run", "deploy", ..] => 2,
        ["functions" | "run", "deploy", ..] => 0,
        _ => return,
    };
    let is_service = plain.get(at) == Some(&"run");
    let Some(name) = options.plain.get(at + 2) else { return };
    let type_ = match (is_service, options.has("no-gen2")) {
        (true, _) => SERVICE,
        (false, true) => FIRST,
        (false, false) => SECOND,
    };
    let mut properties = Node::new(name.place, Kind::Map(Map::new()));
    put(&mut properties, "name", name.node());
    let rows: &[(&[&str], &str)] = match type_ {
        FIRST => &OF_FIRST,
        SECOND => &OF_SECOND,
        _ => &OF_SERVICE,
    };
    for (names, path) in rows {
        if let Some(word) = options.get(names) {
            put(&mut properties, path, word.node());
        }
    }
    network_and_events(&options, type_, &mut properties);
    variables(&options, type_, &mut properties);
    let own =
        if writer.has(&name.text) { format!("{} again", name.text) } else { name.text.clone() };
    writer.add(&own, name.place, type_, properties);
    if let Some(open) = options.get(&["allow-unauthenticated"]) {
        let role =
            if type_ == FIRST { "roles/cloudfunctions.invoker" } else { "roles/run.invoker" };
        let policy = policy(open.place, &own, type_, role, "allUsers");
        writer.add(&format!("{own} callers"), open.place, "iam.googleapis.com/Policy", policy);
    }
}

/// Words of the command line, and those of the interface.
fn ingress(word: &Word, type_: &str) -> Node {
    let text = match (type_ == SERVICE, word.text.as_str()) {
        (false, "all") => "ALLOW_ALL",
        (false, "internal-only") => "ALLOW_INTERNAL_ONLY",
        (false, "internal-and-gclb") => "ALLOW_INTERNAL_AND_GCLB",
        (true, "all") => "INGRESS_TRAFFIC_ALL",
        (true, "internal") => "INGRESS_TRAFFIC_INTERNAL_ONLY",
        (true, "internal-and-cloud-load-balancing") => "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
        _ => return word.node(),
    };
    Node::text(word.place, text)
}

fn network_and_events(options: &Options<'_>, type_: &str, properties: &mut Node) {
    let path = match type_ {
        FIRST => "ingressSettings",
        SECOND => "serviceConfig.ingressSettings",
        _ => "ingress",
    };
    if let Some(word) = options.get(&["ingress-settings", "ingress"]) {
        put(properties, path, ingress(word, type_));
    }
    if let Some(image) = options.get(&["image"]).filter(|_| type_ == SERVICE) {
        let container = Node::map(image.place, [("image", image.node())]);
        put(properties, "template.containers", Node::list(image.place, vec![container]));
    }
    if let Some(http) = options.get(&["trigger-http"]).filter(|_| type_ == FIRST) {
        let level = options.get(&["security-level"]).map_or("secure-always", |it| &it.text);
        let level = level.to_ascii_uppercase().replace('-', "_");
        put(properties, "httpsTrigger.securityLevel", Node::text(http.place, level));
    }
    let event = |word: &Word, first: &'static str, second: &'static str| {
        Node::text(word.place, if type_ == FIRST { first } else { second })
    };
    if let Some(topic) = options.get(&["trigger-topic"]) {
        let kind = event(
            topic,
            "google.pubsub.topic.publish",
            "google.cloud.pubsub.topic.v1.messagePublished",
        );
        put(properties, "eventTrigger.eventType", kind);
    }
    if let Some(bucket) = options.get(&["trigger-bucket"]) {
        let kind = event(
            bucket,
            "google.storage.object.finalize",
            "google.cloud.storage.object.v1.finalized",
        );
        put(properties, "eventTrigger.eventType", kind);
    }
}

/// `--set-env-vars A=1,B=2`; `^:^A=1:B=2` names another sign between them.
fn variables(options: &Options<'_>, type_: &str, properties: &mut Node) {
    let mut map = Map::new();
    for word in ["set-env-vars", "update-env-vars"].iter().filter_map(|it| options.get(&[it])) {
        let (sign, text) = match word.text.strip_prefix('^').and_then(|rest| rest.split_once('^')) {
            Some((sign, text)) if !sign.is_empty() => (sign, text),
            _ => (",", word.text.as_str()),
        };
        for pair in text.split(sign) {
            if let Some((name, value)) = pair.split_once('=') {
                map.insert_at(SmolStr::new(name.trim()), word.place, word.value(value));
            }
        }
    }
    set_variables(map, type_, properties);
}

fn set_variables(map: Map, type_: &str, properties: &mut Node) {
    if map.is_empty() {
        return;
    }
    let place = properties.place;
    if type_ == SERVICE {
        let pair = |(name, entry): (SmolStr, source_text::Entry)| {
            let name = Node::text(entry.key_place, name);
            Node::map(entry.key_place, [("name", name), ("value", entry.value)])
        };
        let env = Node::list(place, map.into_entries().map(pair).collect());
        let image = properties.at(&["template", "containers"]).and_then(Node::as_list);
        let mut container = image
            .and_then(|items| items.first().cloned())
            .unwrap_or_else(|| Node::new(place, Kind::Map(Map::new())));
        container.as_map_mut().map(|map| map.insert("env", env));
        put(properties, "template.containers", Node::list(place, vec![container]));
        return;
    }
    let path =
        if type_ == FIRST { "environmentVariables" } else { "serviceConfig.environmentVariables" };
    put(properties, path, Node::new(place, Kind::Map(map)));
}

/// Steps below a node: of Cloud Build those whose `args` deploy, of a workflow those that use an action.
fn steps(writer: &mut Writer, node: &Node, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| steps(writer, item, depth)),
        Kind::Map(map) => {
            if let Some(words) = map.get("args").and_then(words_of) {
                deploy(writer, &words);
            }
            let uses = map.get("uses").and_then(Node::as_str).unwrap_or_default();
            if uses.starts_with("google-github-actions/deploy-cloud-functions")
                && let Some(with) = map.get("with")
            {
                action(writer, with);
            }
            map.iter().for_each(|(_, value)| steps(writer, value, depth));
        }
        _ => {}
    }
}

fn words_of(args: &Node) -> Option<Vec<Word>> {
    let word = |node: &Node| {
        let text = node.scalar_text()?.to_string();
        Some(Word { is_open: text.contains('$'), text, place: node.place })
    };
    args.as_list()?.iter().map(word).collect()
}

/// Inputs of the action, and properties of the function.
const OF_ACTION: [(&str, &str); 9] = [
    ("runtime", "buildConfig.runtime"),
    ("entry_point", "buildConfig.entryPoint"),
    ("source_dir", "localSource"),
    ("service_account", "serviceConfig.serviceAccountEmail"),
    ("max_instance_count", "serviceConfig.maxInstanceCount"),
    ("memory", "serviceConfig.availableMemory"),
    ("ingress_settings", "serviceConfig.ingressSettings"),
    ("vpc_connector", "serviceConfig.vpcConnector"),
    ("event_trigger_type", "eventTrigger.eventType"),
];

fn action(writer: &mut Writer, with: &Node) {
    let Some(name) = with.get("name") else { return };
    let word = |node: &Node| {
        let text = node.scalar_text().map(|text| text.to_string()).unwrap_or_default();
        Word { is_open: text.contains('$'), text, place: node.place }
    };
    let mut properties = Node::new(name.place, Kind::Map(Map::new()));
    put(&mut properties, "name", word(name).node());
    for (input, path) in OF_ACTION {
        if let Some(node) = with.get(input) {
            put(&mut properties, path, word(node).node());
        }
    }
    if let Some(node) = with.get("environment_variables") {
        let word = word(node);
        let mut map = Map::new();
        for pair in word.text.split([',', '\n']) {
            if let Some((name, value)) = pair.split_once('=') {
                map.insert_at(SmolStr::new(name.trim()), word.place, word.value(value.trim()));
            }
        }
        set_variables(map, SECOND, &mut properties);
    }
    let text = word(name).text;
    writer.add(&text, name.place, SECOND, properties);
}

/// Sets the property at the end of a path parted by dots.
fn put(node: &mut Node, path: &str, value: Node) {
    let place = value.place;
    let (mut node, mut path) = (node, path);
    while let Some((first, rest)) = path.split_once('.') {
        let Some(map) = node.as_map_mut() else { return };
        if map.get(first).is_none() {
            map.insert(first, Node::new(place, Kind::Map(Map::new())));
        }
        let Some(next) = map.get_mut(first) else { return };
        node = next;
        path = rest;
    }
    node.as_map_mut().map(|map| map.insert(path, value));
}

#[cfg(test)]
mod tests {
    use source_text::{FileId, Node};

    use super::{lower_commands, lower_script};

    fn property(text: &str, name: &str, path: &[&str]) -> Option<String> {
        let lowered = lower_commands(FileId(0), text, None)?;
        let found = lowered.template.at(&["Resources", name, "Properties"])?.at(path)?.clone();
        found.scalar_text().map(String::from)
    }

    #[test]
    fn a_command_over_several_lines_is_one_function() {
        let text = "set -e\ngcloud functions deploy orders \\\n  --runtime python314 \\\n  \
                    --trigger-http --allow-unauthenticated \\\n  --set-env-vars \"MODE=dev,KEY=$KEY\"\n";
        let at = |path: &[&str]| property(text, "orders", path);
        assert_eq!(at(&["buildConfig", "runtime"]).as_deref(), Some("python314"));
        assert_eq!(at(&["serviceConfig", "environmentVariables", "MODE"]).as_deref(), Some("dev"));
        let open = lower_commands(FileId(0), text, None).unwrap().template;
        let key =
            ["Resources", "orders", "Properties", "serviceConfig", "environmentVariables", "KEY"];
        assert!(open.at(&key).unwrap().get("Fn::Unresolved").is_some());
        let callers = ["Resources", "orders callers", "Properties", "bindings"];
        assert!(open.at(&callers).and_then(Node::as_list).is_some());
    }

    #[test]
    fn other_commands_and_comments_deploy_nothing() {
        assert!(lower_commands(FileId(0), "gcloud functions list\n", None).is_none());
        assert!(lower_commands(FileId(0), "# gcloud functions deploy x --gen2\n", None).is_none());
    }

    #[test]
    fn plain_commands_of_scripts_and_makefiles_deploy_and_texts_do_not() {
        let names = |text: &str| {
            let lowered = lower_script(FileId(0), text)?;
            let resources = lowered.template.get("Resources")?.as_map()?.clone();
            Some(resources.keys().map(ToString::to_string).collect::<Vec<_>>())
        };
        let script = "#!/bin/sh\nset -e; gcloud functions deploy a --gen2\nif true; then gcloud run deploy b --image=x; fi\n";
        assert_eq!(names(script).unwrap(), ["a", "b"]);
        assert_eq!(
            names("deploy:\n\t@gcloud functions deploy $(NAME) \\\n\t\t--gen2\n").unwrap(),
            ["$(NAME)"]
        );
        assert_eq!(
            names("echo \"gcloud functions deploy a\"\nprintf 'x gcloud run deploy b'\n"),
            None
        );
    }

    #[test]
    fn scripts_of_a_package_deploy_at_their_place() {
        let text = "{\"scripts\": {\"test\": \"jest\",\n  \"deploy\": \"npm test && gcloud functions deploy a --trigger-http --runtime=nodejs14\"}}";
        let parsed = source_text::parse_json(FileId(0), text, &source_text::Limits::default());
        let document = parsed.unwrap().documents.into_iter().next().unwrap();
        let lowered = lower_commands(FileId(0), text, Some(&document)).unwrap();
        let runtime = ["Resources", "a", "Properties", "buildConfig", "runtime"];
        let runtime = lowered.template.at(&runtime).unwrap();
        assert_eq!((runtime.as_str(), runtime.place.line), (Some("nodejs14"), 2));
    }

    #[test]
    fn a_service_of_an_image_is_a_service() {
        let text = "gcloud run deploy web --image=gcr.io/shop/web:1 --ingress=internal; echo done";
        let found = property(text, "web", &["ingress"]);
        assert_eq!(found.as_deref(), Some("INGRESS_TRAFFIC_INTERNAL_ONLY"));
    }
}
