//! The modules that a package brings.

use std::collections::{BTreeMap, BTreeSet};

use component::{Component, Ecosystem};

/// Top-level modules of installed distributions of Python, by the name under which the ecosystem looks
/// them up.
pub type Modules = BTreeMap<String, BTreeSet<String>>;

/// Distributions of `PyPI` and all the modules that they bring, for those whose modules have other names, and
/// some that are used so often that "not imported" should be said with confidence.
///
/// Source: the entries of the newest wheel of each on pypi.org (2026-11-27), of `mysqlclient`, which has no
/// wheel for Linux, its documentation; older versions of `setuptools` bring `pkg_resources`.
const KNOWN_MODULES: [(&str, &[&str]); 44] = [
    ("attrs", &["attr", "attrs"]),
    ("aws-xray-sdk", &["aws_xray_sdk"]),
    ("aws-lambda-powertools", &["aws_lambda_powertools"]),
    ("beautifulsoup4", &["bs4"]),
    ("certifi", &["certifi"]),
    ("cryptography", &["cryptography"]),
    ("django", &["django"]),
    ("djangorestframework", &["rest_framework"]),
    ("dnspython", &["dns"]),
    ("flask", &["flask"]),
    ("gitpython", &["git"]),
    ("idna", &["idna"]),
    ("jinja2", &["jinja2"]),
    ("lxml", &["lxml"]),
    ("markdown-it-py", &["markdown_it"]),
    ("mysql-connector-python", &["_mysql_connector", "mysql"]),
    ("mysqlclient", &["MySQLdb"]),
    ("numpy", &["numpy"]),
    ("opencv-python", &["cv2"]),
    ("paramiko", &["paramiko"]),
    ("pillow", &["PIL"]),
    ("protobuf", &["google"]),
    ("psycopg2-binary", &["psycopg2"]),
    ("pycryptodome", &["Crypto"]),
    ("pycryptodomex", &["Cryptodome"]),
    ("pyjwt", &["jwt"]),
    ("pymysql", &["pymysql"]),
    ("pynacl", &["nacl"]),
    ("pyopenssl", &["OpenSSL"]),
    ("pypdf2", &["PyPDF2"]),
    ("python-dateutil", &["dateutil"]),
    ("python-dotenv", &["dotenv"]),
    ("python-jose", &["jose"]),
    ("python-multipart", &["multipart", "python_multipart"]),
    ("pytz", &["pytz"]),
    ("pyyaml", &["yaml", "_yaml"]),
    ("requests", &["requests"]),
    ("ruamel-yaml", &["ruamel"]),
    ("scikit-learn", &["sklearn"]),
    ("setuptools", &["setuptools", "pkg_resources", "_distutils_hack"]),
    ("sqlparse", &["sqlparse"]),
    ("tornado", &["tornado"]),
    ("urllib3", &["urllib3"]),
    ("werkzeug", &["werkzeug"]),
];

/// The modules of a component, and whether it has no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) names: Vec<String>,
    pub(crate) are_all: bool,
}

/// The modules of a component; `None` when its ecosystem has other ways
/// to tell.
pub(crate) fn names_of(component: &Component, modules: &Modules) -> Option<Names> {
    let all = |names: Vec<String>| Some(Names { names, are_all: true });
    match component.ecosystem? {
        Ecosystem::Npm => all(vec![component.name.clone()]),
        Ecosystem::PyPI => {
            let key = component.key();
            if let Some(known) = modules.get(&key).filter(|known| !known.is_empty()) {
                return all(known.iter().cloned().collect());
            }
            if let Some((_, names)) = KNOWN_MODULES.iter().find(|(name, _)| *name == key) {
                return all(names.iter().map(|name| (*name).to_owned()).collect());
            }
            Some(Names { names: vec![key.replace('-', "_")], are_all: false })
        }
        _ => None,
    }
}
