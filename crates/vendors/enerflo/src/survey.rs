//! Survey data: the files of a lead and of its options. There is a survey only where a deal is made.

use leadsink_core::{Field, Findings, Lead, Problem, Warning};

use crate::options::EnerfloOptions;
use crate::wire::{File, Survey};

/// The most that the files of a lead may hold, decoded. Our own limit: Enerflo documents none.
const MOST_BYTES: usize = 20 * 1024 * 1024;

/// Maps files and other survey data. Attachments without a deal are named in the note; survey data that somebody wrote for
/// this lead without a deal is a problem.
pub(crate) fn survey<'a>(
    lead: &'a Lead,
    options: &'a EnerfloOptions,
    makes_deal: bool,
    found: &mut Findings,
) -> Option<Survey<'a>> {
    if !makes_deal {
        if options.survey_data.is_some() {
            let message = "survey data needs a deal; set `create_deal` in `extensions.enerflo` or in the config";
            found.problem(Problem::new("create_deal_missing", message));
        }
        if !lead.attachments.is_empty() {
            let message = "files go with a deal only: set `create_deal`; their names stand in the note";
            not_sent(message, found);
        }
        return None;
    }
    let mut files = Vec::new();
    let mut bytes = 0;
    let given = options.survey_data.iter().flat_map(|survey| &survey.files);
    for file in given {
        if file.name.trim().is_empty() || file.kind.trim().is_empty() {
            let message = "a file of `survey_data` has a blank `name` or `type`; Enerflo needs both";
            found.problem(Problem::new("survey_file", message));
        }
        bytes += checked(&file.data, None, found);
        files.push(File {
            name: &file.name,
            data: &file.data,
            kind: &file.kind,
        });
    }
    let mut is_typed = true;
    for file in &lead.attachments {
        let Some(kind) = &file.kind else {
            is_typed = false;
            continue;
        };
        bytes += checked(file.base64.as_str(), Some(Field::Attachments), found);
        files.push(File {
            name: file.name.as_str(),
            data: file.base64.as_str(),
            kind: kind.as_str(),
        });
    }
    if !is_typed {
        let message =
            "a file has no `kind`, which Enerflo needs as `type`; it is not sent, its name stands in the note";
        found.warn(Warning::new("attachment_not_sent", message).at(Field::Attachments));
        found.carry_too(Field::Attachments);
    }
    if bytes > MOST_BYTES {
        let message = "the files of the lead hold more than 20 MiB; make them smaller, or send fewer";
        found.problem(Problem::new("attachments_too_large", message).at(Field::Attachments));
    }
    let more = options
        .survey_data
        .as_ref()
        .map(|survey| &survey.more)
        .filter(|more| !more.is_empty());
    (!files.is_empty() || more.is_some()).then_some(Survey { files, more })
}

/// Leaves the attachments to the note, which names them, with the reason.
pub(crate) fn not_sent(why: &'static str, found: &mut Findings) {
    found.warn(Warning::new("attachment_not_sent", why).at(Field::Attachments));
    found.left_over(Field::Attachments);
}

/// The size of a file, decoded; a problem where it is no bare base64.
fn checked(data: &str, field: Option<Field>, found: &mut Findings) -> usize {
    decoded_len(data).unwrap_or_else(|| {
        let message = "the content of a file is no standard base64 with padding, without `data:` and line breaks";
        let problem = Problem::new("attachment_base64", message);
        found.problem(match field {
            Some(field) => problem.at(field),
            None => problem,
        });
        0
    })
}

/// How many bytes standard base64 with padding holds; nothing if it is not that, or empty.
fn decoded_len(text: &str) -> Option<usize> {
    let digits = text
        .strip_suffix("==")
        .or_else(|| text.strip_suffix('='))
        .unwrap_or(text);
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let good = !digits.is_empty() && text.len().is_multiple_of(4) && digits.bytes().all(is_digit);
    good.then(|| text.len() / 4 * 3 - (text.len() - digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{SurveyData, SurveyFile};
    use leadsink_core::value::{Attachment, Text};
    use serde_json::{Map, json};

    fn attachment(kind: Option<&str>, base64: &str) -> Attachment {
        Attachment {
            name: Text::new("a.jpg").unwrap(),
            kind: kind.map(|kind| Text::new(kind).unwrap()),
            base64: Text::new(base64).unwrap(),
        }
    }

    fn options(file: Option<SurveyFile>) -> EnerfloOptions {
        let mut more = Map::new();
        more.insert("roof".into(), json!({"pitch": 5}));
        let files = file.into_iter().collect();
        EnerfloOptions {
            survey_data: Some(SurveyData { files, more }),
            ..EnerfloOptions::default()
        }
    }

    fn mapped(files: Vec<Attachment>, options: &EnerfloOptions, makes_deal: bool) -> (String, String) {
        let mut lead = Lead::builder().id("1").build().unwrap();
        lead.attachments = files;
        let mut found = Findings::default();
        let survey = survey(&lead, options, makes_deal, &mut found);
        let sent = survey.map(|survey| serde_json::to_string(&survey).unwrap());
        (sent.unwrap_or_default(), format!("{found:?}"))
    }

    #[test]
    fn files_of_options_and_lead_stand_beside_other_survey_data() {
        let file = SurveyFile {
            name: "front.jpg".into(),
            data: "QQ==".into(),
            kind: "img_exterior_house".into(),
        };
        let (sent, found) = mapped(vec![attachment(Some("bill"), "QUJD")], &options(Some(file)), true);
        assert_eq!(
            sent,
            r#"{"files":[{"name":"front.jpg","data":"QQ==","type":"img_exterior_house"},{"name":"a.jpg","data":"QUJD","type":"bill"}],"roof":{"pitch":5}}"#
        );
        assert_eq!(found, format!("{:?}", Findings::default()));
        assert_eq!(mapped(Vec::new(), &options(None), true).0, r#"{"roof":{"pitch":5}}"#);
        assert_eq!(mapped(Vec::new(), &EnerfloOptions::default(), true).0, "");
    }

    #[test]
    fn without_a_deal_there_is_no_survey() {
        let (sent, found) = mapped(Vec::new(), &options(None), false);
        assert!(sent.is_empty() && found.contains("create_deal_missing"), "{found}");
        let (sent, found) = mapped(
            vec![attachment(Some("bill"), "QUJD")],
            &EnerfloOptions::default(),
            false,
        );
        assert!(
            sent.is_empty() && found.contains("attachment_not_sent") && !found.contains("Problem"),
            "{found}"
        );
    }

    #[test]
    fn a_file_that_cannot_be_sent_is_told() {
        let none = EnerfloOptions::default();
        let (sent, found) = mapped(vec![attachment(None, "QUJD")], &none, true);
        assert!(sent.is_empty() && found.contains("attachment_not_sent"), "{found}");
        let (_, found) = mapped(
            vec![attachment(Some("bill"), "data:image/png;base64,QUJD")],
            &none,
            true,
        );
        assert!(found.contains("attachment_base64"), "{found}");
        let large = SurveyFile {
            name: "a.jpg".into(),
            data: "A".repeat(MOST_BYTES / 3 * 4 + 8),
            kind: "bill".into(),
        };
        let (_, found) = mapped(Vec::new(), &options(Some(large)), true);
        assert!(found.contains("attachments_too_large"), "{found}");
        let blank = SurveyFile {
            data: "QUJD".into(),
            ..SurveyFile::default()
        };
        assert!(
            mapped(Vec::new(), &options(Some(blank)), true)
                .1
                .contains("survey_file")
        );
    }

    #[test]
    fn only_bare_base64_has_a_size() {
        for (text, size) in [
            ("QUJD", Some(3)),
            ("QUI=", Some(2)),
            ("QQ==", Some(1)),
            ("+/+/", Some(3)),
            ("", None),
            ("====", None),
            ("QUJ", None),
            ("QQ=", None),
            ("QUJ-", None),
            ("QUJD\nQUJD", None),
            ("Q=JD", None),
        ] {
            assert_eq!(decoded_len(text), size, "{text}");
        }
    }
}
