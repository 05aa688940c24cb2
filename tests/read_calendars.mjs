// Texts of calendars come in as JSON, and go out as ical.js reads each, strictly: jCal, or an error.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

ICAL.design.strict = true;

const read = (text) => {
  try {
    const jcal = ICAL.parse(text);
    for (const part of new ICAL.Component(jcal).getAllSubcomponents()) {
      for (const property of part.getAllProperties()) property.getValues(); // decodes each
    }
    return jcal;
  } catch (error) {
    return { error: String(error) };
  }
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
