//! The page of each kind of thing: what it is, where it comes from, and what covers it.

use std::sync::Arc;

use super::topics;
use crate::check::{CHECKS, Check};
use crate::cli::catalogue::{Catalogue, checked_by};
use crate::cli::list::rows::{bearer, success};
use crate::contract::{ErrorSpec, Field, Model, Operation, Requirement};
use crate::expect::Kind;
use crate::reference::{Fault, Variant, faults};
use crate::report::page::{Page, STRONG, styled};
use crate::suite::needs::{calls, proves};
use crate::suite::{Fixture, Flow, Suite, Suites};

/// Writes a page for everything that has this id; whether there was any.
pub(super) fn write(page: &mut Page, catalogue: &Catalogue, id: &str) -> bool {
    let Catalogue { contract, suites } = catalogue;
    let mut writer = Writer { page, catalogue, pages: 0 };
    if let Some(found) = contract.requirement(id) {
        writer.requirement(found);
    }
    if let Some(found) = contract.operation(id) {
        writer.operation(found);
    }
    if let Some(found) = contract.error(id) {
        writer.error(found);
    }
    if let Some(found) = contract.model(id) {
        writer.model(found);
    }
    if let Some(found) = suites.suites.iter().find(|suite| suite.id == id) {
        writer.suite(found);
    }
    if let Some(found) = suites.flows().find(|flow| flow.id == id) {
        writer.flow(found);
    }
    if let Some(found) = suites.fixture(id) {
        writer.fixture(found, suites);
    }
    if let Some(found) = CHECKS.iter().find(|check| check.id == id) {
        writer.check(found);
    }
    if let Some(found) = faults::find(id) {
        writer.fault(found);
    }
    if let Some(found) = Variant::ALL.iter().find(|variant| variant.id() == id) {
        writer.variant(*found);
    }
    if let Some(found) = topics::find(id) {
        writer.title("topic", found.id, found.says);
        found.write(writer.page);
    }
    writer.pages > 0
}

struct Writer<'a> {
    page: &'a mut Page,
    catalogue: &'a Catalogue,
    pages: usize,
}

impl Writer<'_> {
    fn title(&mut self, kind: &str, id: &str, sentence: &str) {
        if self.pages > 0 {
            self.page.blank();
        }
        self.pages += 1;
        self.page.line(&format!("{kind} {}", styled(STRONG, id)));
        self.page.blank();
        self.page.paragraph(sentence);
        self.page.blank();
    }

    fn requirement(&mut self, requirement: &Requirement) {
        self.title("requirement", &requirement.id, &requirement.says);
        self.page.labelled("level", requirement.level.name());
        self.page.labelled("kind", requirement.kind.name());
        self.page.labelled("operation", requirement.operation.as_deref().unwrap_or("all"));
        self.page.labelled("source", &requirement.source.to_string());
        self.list("refs", requirement.refs.iter().map(String::as_str));
        if let Some(reason) = &requirement.unobservable {
            self.page.labelled("not shown", &format!("HTTP cannot show it: {reason}"));
        }
        let checks = checked_by(&requirement.id);
        for (number, check) in checks.iter().enumerate() {
            let label = if number == 0 { "checked by" } else { "" };
            self.page.labelled(label, &format!("{}: {}", check.id, check.about));
        }
        let flows = self.catalogue.shown_by(&requirement.id);
        if !flows.is_empty() || checks.is_empty() {
            self.flows("shown by", flows);
        }
        let id = requirement.id.as_str();
        self.list("tripped by", faults::all().filter(|fault| fault.breaks.contains(&id)).map(|fault| fault.id));
    }

    fn operation(&mut self, operation: &Operation) {
        self.title("operation", &operation.id, &operation.summary);
        self.page.labelled("source", &operation.source.to_string());
        self.page.labelled("bearer", bearer(operation.bearer));
        if let Some(request) = &operation.request {
            let notations = format!("JSON: {}, form: {}", request.json, request.form);
            self.page.labelled("request", &format!("{} ({notations})", request.model));
        }
        self.page.labelled("success", success(&operation.success));
        self.list("errors", operation.errors.iter().map(String::as_str));
        for requirement in self.catalogue.requirements_of(&operation.id) {
            self.page.labelled(requirement.level.name(), &format!("{}: {}", requirement.id, requirement.says));
        }
        let called_by = self.catalogue.called_by(&operation.id);
        self.list("called by", called_by.iter().map(|flow| flow.id.as_str()));
    }

    fn error(&mut self, error: &ErrorSpec) {
        self.title("error", &error.error, &format!("It arrives with status {} and {}.", error.status, error.message));
        self.list("operations", error.operations.iter().map(String::as_str));
        self.page.labelled("goes away", if error.wait { "after a while, by itself" } else { "not by itself" });
        self.flows("shown by", self.catalogue.expecting(&Kind::Error(error.error.clone())));
    }

    fn model(&mut self, model: &Model) {
        let about = model.schema.get("description").and_then(serde_json::Value::as_str).unwrap_or("A JSON object.");
        self.title("model", &model.name, about);
        for (number, field) in model.fields().iter().enumerate() {
            self.page.labelled(if number == 0 { "fields" } else { "" }, &described(field));
        }
        if let Some(requirement) = &model.requirement {
            self.page.labelled("judged by", requirement);
        }
        let name = Some(model.name.as_str());
        let operations = self.catalogue.contract.operations().iter();
        let using = operations.filter(|operation| {
            let request = operation.request.as_ref().map(|request| request.model.as_str());
            request == name || Some(success(&operation.success)) == name
        });
        self.list("operations", using.map(|operation| operation.id.as_str()));
    }

    fn suite(&mut self, suite: &Suite) {
        self.title("suite", &suite.id, &suite.about);
        self.flows("flows", suite.flows.iter().collect());
    }

    fn flow(&mut self, flow: &Flow) {
        self.title("flow", &flow.id, &flow.about);
        self.page.labelled("suite", &flow.suite);
        self.page.labelled("place", &format!("suites/{}", flow.place));
        self.list("given", flow.given.iter().map(|given| given.fixture.as_str()));
        self.list("needs", self.catalogue.needs_of(flow).into_iter());
        self.list("calls", calls(flow, &self.catalogue.suites).iter().map(String::as_str));
        for (number, id) in proves(flow).iter().enumerate() {
            let says = self.catalogue.contract.requirement(id).map_or("", |requirement| &requirement.says);
            self.page.labelled(if number == 0 { "shows" } else { "" }, &format!("{id}: {says}"));
        }
    }

    fn fixture(&mut self, fixture: &Fixture, suites: &Suites) {
        self.title("fixture", &fixture.id, &fixture.about);
        self.page.labelled("place", &format!("suites/{}", fixture.place));
        self.list("given", fixture.given.iter().map(|given| given.fixture.as_str()));
        self.list("yields", fixture.yields.iter().map(|(name, _)| name.as_str()));
        let begins = |flow: &&Arc<Flow>| flow.given.iter().any(|given| given.fixture == fixture.id);
        self.flows("begins", suites.flows().filter(begins).collect());
    }

    fn check(&mut self, check: &Check) {
        self.title("check", check.id, check.about);
        for (number, id) in check.requirements.iter().enumerate() {
            let says = self.catalogue.contract.requirement(id).map_or("", |requirement| &requirement.says);
            self.page.labelled(if number == 0 { "judges" } else { "" }, &format!("{id}: {says}"));
        }
    }

    fn fault(&mut self, fault: &Fault) {
        self.title("fault", fault.id, fault.sentence);
        self.page.labelled("area", fault.area.id());
        self.page.labelled("operation", fault.operation);
        for (number, id) in fault.breaks.iter().enumerate() {
            let says = self.catalogue.contract.requirement(id).map_or("", |requirement| &requirement.says);
            self.page.labelled(if number == 0 { "breaks" } else { "and" }, &format!("{id}: {says}"));
        }
        self.page.labelled("try it", &format!("conformance serve --fault {}", fault.id));
    }

    fn variant(&mut self, variant: Variant) {
        self.title("variant", variant.id(), variant.sentence());
        self.page.labelled("meaning", "A freedom that the contract leaves: a deployment that takes it is conformant.");
        self.page.labelled("try it", &format!("conformance serve --variant {}", variant.id()));
    }

    fn list<'a>(&mut self, label: &str, names: impl Iterator<Item = &'a str>) {
        let names: Vec<&str> = names.collect();
        if !names.is_empty() {
            self.page.labelled(label, &names.join(", "));
        }
    }

    fn flows(&mut self, label: &str, flows: Vec<&Arc<Flow>>) {
        if flows.is_empty() {
            self.page.labelled(label, "no flow of the suites");
        }
        for (number, flow) in flows.iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.page.labelled(label, &format!("{} (suites/{}): {}", flow.id, flow.place, flow.about));
        }
    }
}

fn described(field: &Field) -> String {
    let mut parts = vec![if field.types.is_empty() { "anything".to_owned() } else { field.types.join(" or ") }];
    if let Some(format) = &field.format {
        parts.push(format.clone());
    }
    if !field.values.is_empty() {
        let values = field.values.iter().map(ToString::to_string).collect::<Vec<_>>();
        parts.push(format!("one of {}", values.join(", ")));
    }
    parts.push(if field.required { "required" } else { "optional" }.to_owned());
    if field.sensitive.is_some() {
        parts.push("secret".to_owned());
    }
    format!("{}: {}", field.name, parts.join(", "))
}
