//! What is here against what was attested, line by line.

use std::process::ExitCode;

use attestation::{Artifact, Deployed, DeployedFunction, Digest, Statement};

/// Exit code when what is there is not what was attested.
const DRIFT: u8 = 1;
/// Exit code when that cannot be judged.
const UNKNOWN: u8 = 2;

/// Lines about what was compared.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) same: Vec<String>,
    pub(super) differences: Vec<String>,
    /// What was attested and cannot be judged.
    pub(super) not_given: Vec<String>,
    pub(super) notes: Vec<String>,
}

impl Compared {
    /// Drift counts more than what is not known.
    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match (&*self.differences, &*self.not_given) {
            ([], []) => 0,
            ([], _) => UNKNOWN,
            _ => DRIFT,
        })
    }

    /// All lines, the agreeable first.
    pub(super) fn lines(self) -> impl Iterator<Item = String> {
        let Self { same, differences, not_given, notes } = self;
        same.into_iter().chain(differences).chain(not_given).chain(notes)
    }

    /// A file that is here.
    pub(super) fn file(&mut self, what: &str, found: &Artifact, attested: &Artifact) {
        let name = &found.name;
        if found.sha256 == attested.sha256 {
            self.same.push(format!("same: {what} `{name}`, sha256 {}", found.sha256.hex()));
        } else {
            let (here, there) = (found.sha256.hex(), attested.sha256.hex());
            let other = &attested.name;
            self.differences.push(format!(
                "drift: {what} `{name}` has sha256 {here}, attested was `{other}` with {there}"
            ));
        }
    }

    /// The layers that are here, in their order.
    pub(super) fn layers(&mut self, found: &[Artifact], statement: &Statement) {
        for (index, found) in found.iter().enumerate() {
            let what = format!("layer {}", index + 1);
            if let Some(attested) = statement.layers.get(index) {
                self.file(&what, found, attested);
            } else {
                let name = &found.name;
                self.differences.push(format!("drift: {what} `{name}` was not attested"));
            }
        }
        for (index, attested) in statement.layers.iter().enumerate().skip(found.len()) {
            let (name, number) = (&attested.name, index + 1);
            self.not_given.push(format!(
                "not looked at: layer {number} `{name}` was attested and is not given; add --layer"
            ));
        }
        let digests =
            |all: &[Artifact]| -> Vec<Digest> { all.iter().map(|it| it.sha256).collect() };
        self.order(None, &digests(found), statement);
    }

    /// The deployed code, by its digest alone.
    pub(super) fn code(&mut self, deployed: Digest, statement: &Statement) {
        let (here, there) = (deployed.base64(), statement.package.sha256.base64());
        if here == there {
            self.same.push(format!("same: the deployed code, CodeSha256 {here}"));
        } else {
            self.differences.push(format!(
                "drift: the deployed code has CodeSha256 {here}, attested was {there}; deploy the attested package"
            ));
        }
    }

    /// A deployed function: the code of one of the statements, with its layers.
    pub(super) fn function(
        &mut self,
        function: &DeployedFunction,
        deployed: &Deployed,
        statements: &[Statement],
    ) {
        let shown = shown(function);
        if function.is_image {
            return self.not_given.push(format!(
                "not looked at: {shown} is a container image, which is not attested as a package"
            ));
        }
        let layers: Vec<_> = function.layers.iter().map(|it| deployed.layer(it)).collect();
        let of_code = statements.iter().filter(|it| it.package.sha256 == function.sha256);
        // Two functions may have one package and different layers.
        let fits = |it: &&Statement| {
            it.layers.len() == layers.len()
                && it.layers.iter().zip(&layers).all(|(it, layer)| Some(it.sha256) == *layer)
        };
        let Some(statement) = of_code.clone().find(fits).or_else(|| of_code.clone().next()) else {
            let here = function.sha256.base64();
            let there = match statements {
                [one] => format!(
                    "attested was `{}` with {}",
                    one.package.name,
                    one.package.sha256.base64()
                ),
                all => format!("which none of the {} attestations names", all.len()),
            };
            return self.differences.push(format!(
                "drift: {shown} runs CodeSha256 {here}, {there}; deploy the attested package"
            ));
        };
        let name = &statement.package.name;
        let digest = function.sha256.base64();
        self.same.push(format!("same: {shown}, CodeSha256 {digest}, attested as `{name}`"));
        self.deployed_layers(function, &layers, statement);
    }

    fn deployed_layers(
        &mut self,
        function: &DeployedFunction,
        layers: &[Option<Digest>],
        statement: &Statement,
    ) {
        let shown = shown(function);
        let (here, there) = (layers.len(), statement.layers.len());
        if here != there {
            self.differences.push(format!(
                "drift: {shown} has {here} layers, attested were {there}; deploy it with the attested layers"
            ));
        }
        for (index, (layer, attested)) in function.layers.iter().zip(&statement.layers).enumerate()
        {
            let (arn, number, name) = (&layer.arn, index + 1, &attested.name);
            match layers.get(index).copied().flatten() {
                Some(digest) if digest == attested.sha256 => self
                    .same
                    .push(format!("same: {shown}: layer {number} `{arn}`, attested as `{name}`")),
                Some(digest) => {
                    let (here, there) = (digest.base64(), attested.sha256.base64());
                    self.differences.push(format!(
                        "drift: {shown}: layer {number} `{arn}` has CodeSha256 {here}, attested was `{name}` with {there}"
                    ));
                }
                None => self.not_given.push(format!(
                    "not looked at: {shown}: nothing tells the CodeSha256 of layer {number} `{arn}`; add what `aws lambda get-layer-version-by-arn --arn {arn}` prints with --deployed"
                )),
            }
        }
        let known: Vec<Digest> = layers.iter().flatten().copied().collect();
        self.order(Some(&shown), &known, statement);
    }

    /// Says so when the layers are those that were attested, in another order: the last one wins.
    fn order(&mut self, function: Option<&str>, found: &[Digest], statement: &Statement) {
        let attested: Vec<Digest> = statement.layers.iter().map(|it| it.sha256).collect();
        let sorted = |digests: &[Digest]| {
            let mut digests: Vec<_> = digests.iter().map(Digest::hex).collect();
            digests.sort_unstable();
            digests
        };
        if found != attested && sorted(found) == sorted(&attested) {
            let of = function.map_or(String::new(), |it| format!(" of {it}"));
            self.notes.push(format!(
                "the layers{of} are those that were attested, in another order: of a file in several layers another one is used"
            ));
        }
    }
}

fn shown(function: &DeployedFunction) -> String {
    let version = function.version.as_ref().map_or(String::new(), |it| format!(":{it}"));
    format!("function `{}{version}`", function.name)
}
