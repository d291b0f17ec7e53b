import type { SandboxCompany } from "../data/companies.ts";
import type { SandboxProject } from "../data/projects.ts";
import { between, createRandom, mix, pick, type Random } from "../data/random.ts";

const dayMs = 86_400_000;

/** v1 sends ids as numbers; those of newer zones have 15 digits, which a double still holds exactly. */
const numeric = (id: string): number => Number(id);

const isoDate = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
const isoTime = (epochMs: number): string => new Date(epochMs).toISOString().replace(".000Z", "Z");

/** Often there, often not: null where Procore has null. */
const sometimes = <T>(random: Random, share: number, make: () => T): T | null => {
  const value = make();
  return random() < share ? value : null;
};

/** The id that a name has wherever it stands. */
export const namedId = (name: string): number =>
  1_000 + (mix(...Array.from(name, (letter) => letter.codePointAt(0) ?? 0)) % 9_000);

function named(name: string | undefined): { readonly id: number; readonly name: string } | null {
  if (name === undefined) return null;
  return { id: namedId(name), name };
}

const streamOf = (company: SandboxCompany, project: SandboxProject, stream: number): Random =>
  createRandom(mix(Number(company.id) % 2 ** 31, project.index, stream));

function shared(company: SandboxCompany, project: SandboxProject) {
  const random = streamOf(company, project, 1);
  const { place } = project;
  const startsAt = project.createdAt + between(random, 14, 240) * dayMs;
  const hasPlace = random() < 0.93;
  return {
    id: numeric(project.id),
    name: project.name,
    display_name: project.displayName,
    project_number: project.number ?? null,
    active: project.active,
    is_demo: false,
    address: hasPlace ? project.street : null,
    city: hasPlace ? place.city : null,
    state_code: hasPlace ? (place.stateCode ?? null) : null,
    country_code: place.countryCode,
    zip: hasPlace ? place.zip : null,
    county: hasPlace ? (place.county ?? null) : null,
    time_zone: place.timeZone,
    latitude: hasPlace ? Math.round((place.latitude + (random() - 0.5) / 10) * 1e6) / 1e6 : null,
    longitude: hasPlace ? Math.round((place.longitude + (random() - 0.5) / 10) * 1e6) / 1e6 : null,
    phone: sometimes(random, 0.4, () => `555-01${String(between(random, 0, 99)).padStart(2, "0")}`),
    project_stage: named(project.stage),
    project_template: null,
    company: { id: numeric(company.id), name: company.name },
    created_at: isoTime(project.createdAt),
    updated_at: isoTime(project.createdAt + between(random, 1, 90) * dayMs),
    origin_id: sometimes(random, 0.2, () => `ERP-${between(random, 10_000, 99_999)}`),
    origin_data: null,
    origin_code: null,
    start_date: sometimes(random, 0.8, () => isoDate(startsAt)),
    completion_date: sometimes(random, 0.6, () => isoDate(startsAt + between(random, 90, 1_100) * dayMs)),
    total_value: sometimes(random, 0.7, () => `${between(random, 120, 96_000) * 1_000}.0`),
    custom_fields: {},
  };
}

/** The `normal` view of GET /rest/v1.1/projects (fields as in Procore's OpenAPI). */
const normalProject = shared;

/** The `extended` view: the normal one and more. */
function extendedProject(company: SandboxCompany, project: SandboxProject) {
  const random = streamOf(company, project, 2);
  const fields = shared(company, project);
  return {
    ...fields,
    description: sometimes(random, 0.3, () => `${project.name}, ${project.place.city}.`),
    departments: [],
    office: sometimes(random, 0.8, () => named(pick(random, ["Main Office", "Field Office"]))),
    program: null,
    project_type: sometimes(random, 0.8, () =>
      named(pick(random, ["Commercial", "Education", "Healthcare", "Infrastructure"])),
    ),
    project_region: sometimes(random, 0.8, () => named(pick(random, ["North", "South"]))),
    tz_name: fields.time_zone,
    square_feet: sometimes(random, 0.5, () => between(random, 8, 900) * 500),
    logo_url: null,
  };
}

/** GET /rest/v1.0/projects: no company-wide views, but the stage as text as well (Procore's OpenAPI). */
export function versionOneProject(company: SandboxCompany, project: SandboxProject) {
  const fields = shared(company, project);
  return {
    ...fields,
    stage: project.stage ?? null,
    owners_project_id: null,
    estimated_value: fields.total_value,
    store_number: null,
    accounting_project_number: null,
    project_region_id: null,
    project_bid_type_id: null,
    project_owner_type_id: null,
    photo_id: null,
    projected_finish_date: null,
    parent_job_id: null,
  };
}

/** One row in the view asked for: bare ids, id and name, or one of the two longer forms. */
export function projectInView(view: string | undefined, company: SandboxCompany, project: SandboxProject) {
  switch (view) {
    case "ids":
      return numeric(project.id);
    case "compact":
      return { id: numeric(project.id), name: project.name };
    case "extended":
      return extendedProject(company, project);
    default:
      return normalProject(company, project);
  }
}
