//! One operation of `openapi.yaml`: its token, its body and its answers.

use super::error::ContractError;
use super::files::{Document, Named, Table, with_help};
use super::keywords::CLIENT_CREDENTIAL;
use super::models::Model;
use super::openapi::{SecurityScheme, named};
use super::operation::{Bearer, JSON, Operation, RequestBody, Success};
use super::requirements;
use super::schemas::join;
use crate::diagnostic::suggest;
use crate::yaml::{Entry, Node, Tree};

/// The methods that a path may have.
pub(super) const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

const OPERATION: &[&str] = &[
    "operationId",
    "summary",
    "description",
    "tags",
    "security",
    "requestBody",
    "responses",
    "x-source",
    "x-success-requirement",
    "x-ends-session",
];
const BODY: &[&str] = &["required", "description", "content", "x-json-level", "x-form-level"];
const MEDIA_TYPES: &[&str] = &[JSON, "application/x-www-form-urlencoded"];
const SUCCESS: &str = "200";

/// An operation with the places that later checks may have to point at.
#[derive(Debug)]
pub(super) struct Described<'a> {
    pub(super) operation: Operation,
    pub(super) operation_id: Named<'a>,
    pub(super) success_requirement: Option<Named<'a>>,
    pub(super) errors: Vec<DocumentedError<'a>>,
}

/// A catalogue error where an operation documents it.
#[derive(Debug)]
pub(super) struct DocumentedError<'a> {
    pub(super) error: Named<'a>,
    pub(super) status: u16,
}

/// Reads the operation of a method below a path.
pub(super) fn parse<'a>(
    document: &'a Document,
    path: &str,
    method: &'a Entry,
    schemes: &[SecurityScheme<'_>],
    models: &[Model],
) -> Result<Described<'a>, ContractError> {
    let table = document.table(&method.value, "an operation", OPERATION)?;
    let success_requirement = match table.optional("x-success-requirement") {
        Some(node) => Some(named(document, node, "a requirement")?),
        None => None,
    };
    let request = match table.optional("requestBody") {
        Some(node) => Some(request(document, node, models)?),
        None => None,
    };
    let (success, errors) = responses(document, table, models)?;
    let upper = method.key.to_uppercase();
    let operation = Operation {
        id: format!("{upper} {path}"),
        method: upper,
        path: path.to_string(),
        summary: table.text("summary")?.to_string(),
        bearer: bearer(document, table.required("security")?, schemes)?,
        client_credentials: request.as_ref().is_some_and(|body| takes_client_credentials(body, models)),
        request,
        success,
        errors: errors.iter().map(|documented| documented.error.name.to_string()).collect(),
        success_requirement: success_requirement.as_ref().map(|named| named.name.to_string()),
        ends_session: match table.optional("x-ends-session").map(|node| (&node.tree, node)) {
            None => false,
            Some((Tree::Bool(ends), _)) => *ends,
            Some((_, node)) => return Err(document.wrong(node, "true or false")),
        },
        source: requirements::source(document, table.required("x-source")?)?,
    };
    let operation_id = named(document, table.required("operationId")?, "an operationId")?;
    Ok(Described { operation, operation_id, success_requirement, errors })
}

/// No list entry: no token. An empty entry beside a scheme: OpenAPI's way to say that the token is optional.
fn bearer(document: &Document, security: &Node, schemes: &[SecurityScheme<'_>]) -> Result<Bearer, ContractError> {
    if !matches!(security.tree, Tree::List(_)) {
        return Err(document.wrong(security, "a list of security schemes"));
    }
    let mut wanted = Bearer::None;
    let mut optional = false;
    for alternative in security.items() {
        optional |= alternative.entries().is_empty();
        for entry in alternative.entries() {
            let known = schemes.iter().find(|scheme| scheme.name == entry.key).ok_or_else(|| {
                let names = schemes.iter().map(|scheme| scheme.name);
                document.unknown(&entry.key_span, "security scheme", &entry.key, names)
            })?;
            wanted = known.bearer;
        }
    }
    Ok(if optional && wanted != Bearer::None { Bearer::Open } else { wanted })
}

fn request(document: &Document, node: &Node, models: &[Model]) -> Result<RequestBody, ContractError> {
    let table = document.table(node, "a request body", BODY)?;
    let content = document.table(table.required("content")?, "the content of a request body", MEDIA_TYPES)?;
    content.required(JSON)?;
    let mut names = Vec::new();
    for entry in content.node.entries() {
        names.push((model(document, &entry.value, models)?, entry));
    }
    let (name, _) = names[0];
    if let Some((other, entry)) = names.iter().find(|(other, _)| *other != name) {
        let message = format!("expected `{name}` as in the other notation, found `{other}`");
        return Err(ContractError::Disagreement(Box::new(document.at(&entry.key_span, message))));
    }
    Ok(RequestBody {
        model: name.to_string(),
        json: requirements::level(document, table.required("x-json-level")?)?,
        form: requirements::level(document, table.required("x-form-level")?)?,
    })
}

fn responses<'a>(
    document: &'a Document,
    table: Table<'a>,
    models: &[Model],
) -> Result<(Success, Vec<DocumentedError<'a>>), ContractError> {
    let responses = document.table(table.required("responses")?, "`responses`", &[])?;
    responses.required(SUCCESS)?;
    let mut success = Success::Free;
    let mut errors = Vec::new();
    for entry in responses.node.entries() {
        let response =
            document.table(&entry.value, "a response", &["description", "content", "headers", "x-errors"])?;
        let model = match response.optional("content") {
            Some(node) => {
                let content = document.table(node, "the content of a response", &[JSON])?;
                Some(model(document, content.required(JSON)?, models)?)
            }
            None => None,
        };
        let names = match response.optional("x-errors") {
            Some(node) => document.names(node, "a list of errors")?,
            None => Vec::new(),
        };
        if entry.key == SUCCESS {
            success = model.map_or(Success::Free, |name| Success::Model(name.to_string()));
        }
        let status = entry.key.parse::<u16>().ok().filter(|status| *status == 200 || (400..500).contains(status));
        let Some(status) = status else {
            let message = format!("expected the status \"200\" or one from \"400\" to \"499\", found `{}`", entry.key);
            return Err(ContractError::WrongValue(Box::new(document.at(&entry.key_span, message))));
        };
        errors.extend(names.into_iter().map(|error| DocumentedError { error, status }));
    }
    Ok((success, errors))
}

/// The model that the schema of a media type refers to.
fn model<'m>(document: &Document, media_type: &Node, models: &'m [Model]) -> Result<&'m str, ContractError> {
    let table = document.table(media_type, "a media type", &["schema", "example", "examples"])?;
    let schema = document.table(table.required("schema")?, "a schema by reference", &["$ref"])?;
    let reference = schema.text("$ref")?;
    let node = schema.required("$ref")?;
    let path = join(&document.path, reference);
    match models.iter().find(|model| Some(&model.path) == path.as_ref()) {
        Some(model) => Ok(&model.name),
        None => {
            let known = models.iter().map(|model| model.path.as_str());
            let message = format!("expected a reference to a model, found `{reference}`");
            let place = with_help(document.at(&node.span, message), suggest(reference, known));
            Err(ContractError::DanglingReference(Box::new(place)))
        }
    }
}

fn takes_client_credentials(body: &RequestBody, models: &[Model]) -> bool {
    let fields = models.iter().find(|model| model.name == body.model).map(Model::fields).unwrap_or_default();
    fields.iter().any(|field| field.extension.contains_key(CLIENT_CREDENTIAL))
}
