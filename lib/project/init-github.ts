import { uses } from './init-actions';

/** Where a project lies in its repository, as paths from the root on: `''` is the root. */
export type Placement = {
  readonly folder: string;
  /** The folder of the `package.json` whose packages are installed. */
  readonly packages: string;
};

/** The workflows of GitHub Actions by their paths from the root of the repository on. */
export function githubWorkflows(placement: Placement): Readonly<Record<string, string>> {
  return {
    '.github/workflows/capacity-nightly.yml': nightly(placement),
    '.github/workflows/capacity-check.yml': check(placement),
    '.github/workflows/capacity-deploy.yml': deploy(placement),
  };
}

/** An expression of GitHub Actions. */
const value = (expression: string): string => `\${{ ${expression} }}`;
const at = (folder: string): string => (folder === '' ? '.' : folder);
const inFolder = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

/** No job has a right that it does not name, and no token stays in the clone. */
const start = ({ packages }: Placement): string => `      - uses: ${uses('checkout')}
        with:
          fetch-depth: 0 # plans of weeks before, and the branch that is proposed
          persist-credentials: false
      - uses: ${uses('node')}
        with:
          node-version: 22
          package-manager-cache: false
      - run: npm ci
        working-directory: ${at(packages)}`;

const job = ({ folder }: Placement): string => `    runs-on: ubuntu-24.04
    timeout-minutes: 60
    defaults:
      run:
        shell: bash
        working-directory: ${at(folder)}`;

const about = '# What each part is for: docs/pipelines.md of foresize. Written once by foresize init, and yours to change.';

const nightly = (placement: Placement): string => `${about}
name: capacity nightly
on:
  schedule:
    - cron: '17 3 * * *'
  workflow_dispatch:
permissions: {}
concurrency:
  group: capacity-nightly
jobs:
  plan:
${job(placement)}
    permissions:
      actions: write # starts the check of the branch, which a push by this token does not
      contents: write # pushes the branch foresize/plan
      pull-requests: write # opens the pull request, or changes its text
    steps:
${start(placement)}
      - name: plan
        run: npx foresize plan || test $? -eq 2
      - name: how the plans before it fared
        run: npx foresize scorecard || echo '::warning::no scorecard could be made'
      - name: propose
        env:
          GH_TOKEN: ${value('github.token')}
          BASE: ${value('github.ref_name')}
          GIT_AUTHOR_NAME: github-actions[bot]
          GIT_AUTHOR_EMAIL: 41898282+github-actions[bot]@users.noreply.github.com
          GIT_COMMITTER_NAME: github-actions[bot]
          GIT_COMMITTER_EMAIL: 41898282+github-actions[bot]@users.noreply.github.com
        run: |
          gh auth setup-git
          npx foresize propose --json \\
            --comment "$RUNNER_TEMP/comment.md" \\
            --picture "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/raw/{commit}/{path}" > "$RUNNER_TEMP/proposal.json"
          # A night that changes nothing touches no pull request.
          [ -f "$RUNNER_TEMP/comment.md" ] || exit 0
          title=$(jq -r .title "$RUNNER_TEMP/proposal.json")
          pulls="repos/$GITHUB_REPOSITORY/pulls"
          open=$(gh api "$pulls?state=open&head=$GITHUB_REPOSITORY_OWNER:foresize/plan" --jq '.[0].number // empty')
          if [ -n "$open" ]; then
            gh api --method PATCH "$pulls/$open" -f title="$title" -F body=@"$RUNNER_TEMP/comment.md" --silent
          else
            gh api --method POST "$pulls" -f head=foresize/plan -f base="$BASE" -f title="$title" -F body=@"$RUNNER_TEMP/comment.md" --silent
          fi
          gh api --method POST "repos/$GITHUB_REPOSITORY/actions/workflows/capacity-check.yml/dispatches" -f ref=foresize/plan
`;

const check = (placement: Placement): string => `${about}
name: capacity check
on:
  pull_request:${placement.folder === '' ? '' : `\n    paths: ['${placement.folder}/**']`}
  workflow_dispatch:
permissions: {}
jobs:
  check:
${job(placement)}
    permissions:
      contents: read
    steps:
${start(placement)}
      - name: check
        run: |
          # What is emitted is compared where it is committed.
          if [ -n "$(git ls-files cdktf.out cdk8s.out)" ]; then outputs=--outputs; fi
          npx foresize check --github \${outputs:-}
      - name: synth
        run: npx foresize synth --frozen --out "$RUNNER_TEMP/out" || test $? -eq 2
      - name: what it changes
        env:
          BASE: ${value('github.base_ref || github.event.repository.default_branch')}
        run: npx foresize diff "origin/$BASE" --format markdown >> "$GITHUB_STEP_SUMMARY" || test $? -eq 2
      - name: report
        run: npx foresize report --out "$RUNNER_TEMP/capacity-report.html"
      - uses: ${uses('upload')}
        with:
          path: ${value('runner.temp')}/capacity-report.html
          archive: false # a page that opens in the browser
          retention-days: 30
`;

const deploy = (placement: Placement): string => `${about}
# Nothing is deployed until the variable FORESIZE_DEPLOY of the repository is 'true'.
name: capacity deploy
on:
  push:
    paths: ['${inFolder(placement.folder, 'capacity-plan.json')}']
  workflow_dispatch:
permissions: {}
concurrency:
  group: capacity-deploy
jobs:
  reviewed:
    if: vars.FORESIZE_DEPLOY == 'true' && github.ref_name == github.event.repository.default_branch
${job(placement)}
    permissions:
      contents: read
      pull-requests: read # which pull request the plan came by
    outputs:
      digest: ${value('steps.reviewed.outputs.digest')}
      region: ${value('steps.reviewed.outputs.region')}
    steps:
${start(placement)}
      - id: reviewed
        name: the plan is the one that was reviewed
        env:
          GH_TOKEN: ${value('github.token')}
        run: |
          commit=$(git log -1 --format=%H -- capacity-plan.json)
          head=$(gh api "repos/$GITHUB_REPOSITORY/commits/$commit/pulls" --jq 'map(select(.merged_at != null)) | .[0].head.sha // empty')
          if [ -z "$head" ]; then
            echo "::error::$commit came by no pull request: nobody reviewed its plan"
            exit 1
          fi
          gh auth setup-git
          git fetch --quiet origin "$head"
          npx foresize check --github --reviewed "$head"
          jq -r '"digest=\\(.digest)", "region=\\(.region)"' capacity-plan.json >> "$GITHUB_OUTPUT"
  deploy:
    name: deploy ${value('needs.reviewed.outputs.digest')}
    needs: reviewed
    environment: capacity # its required reviewers approve
${job(placement)}
    permissions:
      contents: read
      id-token: write # takes on the role below; there is no secret
    env:
      DIGEST: ${value('needs.reviewed.outputs.digest')}
      CLUSTER: ${value('vars.FORESIZE_CLUSTER')}
    steps:
${start(placement)}
      - name: the plan is still the one that was reviewed, and may be deployed
        run: npx foresize check --github --reviewed "$DIGEST"
      - name: synth
        run: npx foresize synth --frozen
      - uses: ${uses('aws')}
        if: vars.FORESIZE_DEPLOY_ROLE != ''
        with:
          role-to-assume: ${value('vars.FORESIZE_DEPLOY_ROLE')}
          aws-region: ${value('needs.reviewed.outputs.region')}
      - uses: ${uses('terraform')}
        if: vars.FORESIZE_DEPLOY_ROLE != ''
        with:
          terraform_version: 1.11.4
          terraform_wrapper: false
      - name: node groups
        if: vars.FORESIZE_DEPLOY_ROLE != ''
        run: |
          terraform -chdir=cdktf.out/stacks/capacity init -input=false
          terraform -chdir=cdktf.out/stacks/capacity apply -input=false -auto-approve
      - name: manifests
        if: vars.FORESIZE_CLUSTER != ''
        run: |
          aws eks update-kubeconfig --name "$CLUSTER"
          kubectl apply -f cdk8s.out/
`;
