//! Questions: what is asked, what follows from an answer, pages put together.

use serde_json::{Map, Value};

use crate::{
    journal::Key,
    lanes::LaneKey,
    request::text_of,
    table::{Ask, Each, Origin, Service, Table},
};

/// What a row writes for the account that is asked.
const ACCOUNT: &str = "@account";

/// One thing to ask, and how far it is.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// Its row, as numbers in the table.
    pub(crate) service: usize,
    pub(crate) ask: usize,
    pub(crate) region: Option<String>,
    /// All parameters but the token of the page.
    pub(crate) parameters: Map<String, Value>,
    pub(crate) of: Option<String>,
    /// The token of the page that is asked next.
    pub(crate) token: Option<Value>,
    /// The pages so far.
    pub(crate) merged: Option<Value>,
    pub(crate) pages: u32,
    pub(crate) attempt: u32,
}

impl Question {
    pub(crate) fn row<'a>(&self, table: &'a Table) -> Option<(&'a Service, &'a Ask)> {
        let service = table.services.get(self.service)?;
        Some((service, service.asks.get(self.ask)?))
    }

    pub(crate) fn key(&self, service: &Service, ask: &Ask) -> Key {
        (service.name.clone(), ask.name.clone(), self.region.clone(), self.of.clone())
    }

    pub(crate) fn lane(&self, service: &Service) -> LaneKey {
        (service.name.clone(), self.region.clone())
    }

    /// The parameters of the next page, in an account.
    pub(crate) fn asked(&self, ask: &Ask, account: &str) -> Map<String, Value> {
        let mut parameters = self.parameters.clone();
        for value in parameters.values_mut().filter(|it| it.as_str() == Some(ACCOUNT)) {
            *value = Value::String(account.to_owned());
        }
        if let (Some((name, _)), Some(token)) = (&ask.page, &self.token) {
            parameters.insert(name.clone(), token.clone());
        }
        parameters
    }

    /// Takes a page. `true` when there is another one.
    ///
    /// # Errors
    /// Words, when the service gives the same page for ever.
    pub(crate) fn take_page(&mut self, ask: &Ask, mut page: Value) -> Result<bool, &'static str> {
        let token = ask.page.as_ref().and_then(|(_, member)| {
            let token = page.as_object_mut()?.shift_remove(member)?;
            let is_last = token.is_null() || token.as_str().is_some_and(str::is_empty);
            (!is_last).then_some(token)
        });
        match &mut self.merged {
            None => self.merged = Some(page),
            Some(merged) => {
                for list in &ask.lists {
                    join(merged, &mut page, list);
                }
            }
        }
        self.pages += 1;
        if token.is_some() && token == self.token {
            return Err("the service gives the same page again and again");
        }
        self.token = token;
        Ok(self.token.is_some())
    }
}

/// Appends the list of a page to that of the pages before it.
fn join(merged: &mut Value, page: &mut Value, name: &str) {
    let Some(Value::Array(more)) = page.get_mut(name).map(Value::take) else { return };
    match merged.get_mut(name) {
        Some(Value::Array(list)) => list.extend(more),
        _ => {
            if let Some(members) = merged.as_object_mut() {
                members.insert(name.to_owned(), Value::Array(more));
            }
        }
    }
}

/// What is asked first, in these regions.
pub(crate) fn first_questions(
    table: &Table,
    regions: &[String],
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<Question> {
    let mut questions = Vec::new();
    for (service_at, service) in table.services.iter().enumerate() {
        if !wanted(&service.name) {
            continue;
        }
        let places: Vec<Option<String>> = if service.is_global() {
            vec![None]
        } else {
            regions.iter().cloned().map(Some).collect()
        };
        for (ask_at, ask) in service.asks.iter().enumerate() {
            if ask.each.is_some() {
                continue;
            }
            for region in &places {
                let at = (service_at, ask_at);
                questions.extend(choices(at, ask, region.as_ref(), &Map::new(), None));
            }
        }
    }
    questions
}

/// What is asked because of an answer.
pub(crate) fn next_questions(
    table: &Table,
    asked: &Question,
    answer: &Value,
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<Question> {
    let Some((before, row)) = asked.row(table) else { return Vec::new() };
    let mut questions = Vec::new();
    for (service_at, service) in table.services.iter().enumerate() {
        if !wanted(&service.name) {
            continue;
        }
        for (ask_at, ask) in service.asks.iter().enumerate() {
            let Some(each) = &ask.each else { continue };
            if each.operation.0 != before.name || each.operation.1 != row.name {
                continue;
            }
            let region = if service.is_global() { None } else { asked.region.as_ref() };
            for element in elements(answer, &each.list) {
                if !is_wanted(ask, element, asked.region.as_deref()) {
                    continue;
                }
                let Some((parameters, of)) = filled(each, element, asked) else { continue };
                questions.extend(choices(
                    (service_at, ask_at),
                    ask,
                    region,
                    &parameters,
                    Some(&of),
                ));
            }
        }
    }
    questions
}

fn is_wanted(ask: &Ask, element: &Value, region: Option<&str>) -> bool {
    let Some((member, wanted)) = &ask.only else { return true };
    let wanted = if wanted == "@region" { region } else { Some(wanted.as_str()) };
    at_path(element, member).and_then(Value::as_str) == wanted
}

fn elements<'a>(answer: &'a Value, list: &str) -> &'a [Value] {
    if list.is_empty() {
        return if answer.is_null() { &[] } else { std::slice::from_ref(answer) };
    }
    at_path(answer, list).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn at_path<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

/// Parameters out of an element and the question before; `None` when it has not all of them.
fn filled(each: &Each, element: &Value, asked: &Question) -> Option<(Map<String, Value>, String)> {
    let mut parameters = Map::new();
    let mut names = Vec::new();
    for (name, origin) in &each.from {
        let value = match origin {
            Origin::Element => element,
            Origin::Member(path) => at_path(element, path)?,
            Origin::Before(name) => asked.parameters.get(name)?,
        };
        if !matches!(value, Value::String(_) | Value::Number(_)) {
            return None;
        }
        // `@Name` names the answer and is not sent; `-Name` is sent and changes with every run.
        let is_own = !name.starts_with(['@', '-']);
        if is_own || name.starts_with('@') {
            names.push(text_of(value));
        }
        if is_own || name.starts_with('-') {
            parameters.insert(name.trim_start_matches('-').to_owned(), value.clone());
        }
    }
    Some((parameters, names.join("/")))
}

fn choices(
    (service, ask_at): (usize, usize),
    ask: &Ask,
    region: Option<&String>,
    parameters: &Map<String, Value>,
    of: Option<&str>,
) -> Vec<Question> {
    let question = |more: Option<(&String, &String)>| {
        let mut all: Map<String, Value> = ask.with.clone().into_iter().collect();
        all.extend(parameters.clone());
        let mut of = of.map(str::to_owned);
        if let Some((name, word)) = more {
            all.insert(name.clone(), Value::String(word.clone()));
            of = Some(of.map_or_else(|| word.clone(), |it| format!("{it}/{word}")));
        }
        let region = region.cloned();
        let (token, merged) = (None, None);
        Question {
            service,
            ask: ask_at,
            region,
            parameters: all,
            of,
            token,
            merged,
            pages: 0,
            attempt: 0,
        }
    };
    match &ask.choice {
        None => vec![question(None)],
        Some((name, words)) => words.iter().map(|word| question(Some((name, word)))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Question, first_questions, next_questions};
    use crate::table::Table;

    fn only(name: &str) -> impl Fn(&str) -> bool + '_ {
        move |it| it == name
    }

    fn list_of(table: &Table, service: &str, operation: &str) -> Question {
        let regions = ["eu-west-1".to_owned()];
        let all = first_questions(table, &regions, &only(service));
        all.into_iter().find(|it| it.row(table).unwrap().1.name == operation).unwrap()
    }

    #[test]
    fn an_answer_leads_to_questions_about_each_of_its_elements() {
        let table = Table::built_in().unwrap();
        let list = list_of(&table, "wafv2", "ListWebACLs");
        let answer =
            json!({"WebACLs": [{"ARN": "arn:a", "Name": "a", "Id": "1"}, {"Name": "torn"}]});
        let next = next_questions(&table, &list, &answer, &only("wafv2"));
        let mut of: Vec<_> = next.iter().filter_map(|it| it.of.as_deref()).collect();
        of.sort_unstable();
        let expected = [
            "a/1",
            "arn:a/API_GATEWAY",
            "arn:a/APPLICATION_LOAD_BALANCER",
            "arn:a/APPSYNC",
            "arn:a/COGNITO_USER_POOL",
        ];
        assert_eq!(of, expected);
        let trails = list_of(&table, "cloudtrail", "DescribeTrails");
        let answer = json!({"trailList": [
            {"TrailARN": "arn:here", "HomeRegion": "eu-west-1"}, {"TrailARN": "arn:there", "HomeRegion": "us-east-1"},
        ]});
        let next = next_questions(&table, &trails, &answer, &only("cloudtrail"));
        assert!(next.iter().all(|it| it.of.as_deref() == Some("arn:here")) && next.len() == 2);
    }

    #[test]
    fn what_changes_with_every_run_does_not_name_an_answer() {
        let table = Table::built_in().unwrap();
        let mut report = list_of(&table, "iam", "GetAccountSummary");
        let iam = &table.services[report.service];
        let name = "GenerateServiceLastAccessedDetails";
        report.ask = iam.asks.iter().position(|it| it.name == name).unwrap();
        report.parameters.insert("Arn".to_owned(), json!("arn:role"));
        let next = next_questions(&table, &report, &json!({"JobId": "7"}), &only("iam"));
        assert_eq!(next[0].of.as_deref(), Some("arn:role"));
        assert_eq!(json!(next[0].parameters), json!({"JobId": "7"}));
    }

    #[test]
    fn pages_are_joined_and_a_page_that_comes_again_is_an_end() {
        let table = Table::built_in().unwrap();
        let mut list = list_of(&table, "lambda", "ListFunctions");
        let (_, ask) = list.row(&table).unwrap();
        let page = |name: &str, next: &str| json!({"Functions": [{"FunctionName": name}], "NextMarker": next});
        assert_eq!(list.take_page(ask, page("a", "1")), Ok(true));
        assert_eq!(list.asked(ask, "1").get("Marker"), Some(&json!("1")));
        assert_eq!(list.take_page(ask, page("b", "2")), Ok(true));
        assert!(list.clone().take_page(ask, page("c", "2")).is_err());
        assert_eq!(list.take_page(ask, page("c", "")), Ok(false));
        let expected = json!({"Functions": [{"FunctionName": "a"}, {"FunctionName": "b"}, {"FunctionName": "c"}]});
        assert_eq!(list.merged, Some(expected));
    }
}
