// What stands in the list: slides, and above those of one patient a heading.
import type { BatchPatient, BatchSlide } from "../contract.js";

/** `patient` is null before a run with patients has ended. */
export interface PatientHead {
    name: string;
    patient: BatchPatient | null;
    /** Of theirs, those below. */
    shown: number;
}

export type ListEntry = { slide: BatchSlide; head?: undefined } | { head: PatientHead; slide?: undefined };

/** The slides of each patient below a heading, where the first of them stands; slides of nobody stay where they are. */
export function withPatients(slides: readonly BatchSlide[], patients: readonly BatchPatient[]): ListEntry[] {
    const ofPatient = new Map<string, BatchSlide[]>();
    for (const slide of slides) {
        if (slide.patient === null) continue;
        const group = ofPatient.get(slide.patient);
        if (group) group.push(slide);
        else ofPatient.set(slide.patient, [slide]);
    }
    const known = new Map(patients.map((patient) => [patient.patient, patient]));
    const entries: ListEntry[] = [];
    for (const slide of slides) {
        const name = slide.patient;
        if (name === null) {
            entries.push({ slide });
            continue;
        }
        const group = ofPatient.get(name);
        if (!group) continue;
        ofPatient.delete(name);
        entries.push({ head: { name, patient: known.get(name) ?? null, shown: group.length } });
        for (const one of group) entries.push({ slide: one });
    }
    return entries;
}
