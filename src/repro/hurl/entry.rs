//! One entry of a file for Hurl: a request, and what its answer must be.

/// One request with its captures and asserts, each a line as it stands in the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// Lines above it.
    pub(super) comments: Vec<String>,
    method: String,
    url: String,
    pub(super) headers: Vec<String>,
    pub(super) options: Vec<String>,
    pub(super) query: Vec<String>,
    pub(super) form: Vec<String>,
    /// The body as it stands in the file.
    pub(super) body: Option<String>,
    pub(super) captures: Vec<String>,
    pub(super) asserts: Vec<String>,
}

impl Entry {
    pub(super) fn new(method: &str, url: &str) -> Self {
        Self { method: method.to_owned(), url: url.to_owned(), ..Self::default() }
    }

    /// Adds an assert once.
    pub(super) fn assert(&mut self, line: impl Into<String>) {
        let line = line.into();
        if !self.asserts.contains(&line) {
            self.asserts.push(line);
        }
    }

    /// The text of it, which ends with a line break.
    pub(super) fn text(&self) -> String {
        let mut lines: Vec<String> =
            self.comments.iter().flat_map(|text| text.lines()).map(|line| format!("# {line}")).collect();
        lines.push(format!("{} {}", self.method, self.url));
        lines.extend(self.headers.iter().cloned());
        for (name, section) in [("Options", &self.options), ("Query", &self.query), ("Form", &self.form)] {
            add(&mut lines, name, section);
        }
        lines.extend(self.body.clone());
        lines.push("HTTP *".to_owned());
        add(&mut lines, "Captures", &self.captures);
        add(&mut lines, "Asserts", &self.asserts);
        lines.join("\n") + "\n"
    }
}

fn add(lines: &mut Vec<String>, name: &str, section: &[String]) {
    if !section.is_empty() {
        lines.push(format!("[{name}]"));
        lines.extend(section.iter().cloned());
    }
}
