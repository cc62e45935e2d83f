// Blocks of older texts are shown and edited where they stand, and not offered for new ones: a text has its own headings.
const NOT_OFFERED = new Set(["heading"]);

class PublicationBodyDefinition extends window.wagtailStreamField.blocks.StreamBlockDefinition {
  constructor(name, groups, ...others) {
    super(name, groups, ...others);
    this.groupedChildBlockDefs = groups.map(([group, blocks]) => [group, blocks.filter((block) => !NOT_OFFERED.has(block.name))]);
  }
}

window.telepath.register("chorsu_articles.PublicationBody", PublicationBodyDefinition);
