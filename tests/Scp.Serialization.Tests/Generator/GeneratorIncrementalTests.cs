using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Scp.Serialization.Generator;

namespace Scp.Serialization.Tests.Generator;

/// <summary>An edit regenerates what it changes and nothing else: an editor asks at every keystroke.</summary>
public sealed class GeneratorIncrementalTests
{
    private const string Message = """
        using Scp.Serialization;
        namespace Shop;
        [MessagePackObject]
        public sealed partial record Order([Key(0)] long Number, [Key(2)] string[] Lines);
        """;

    private const string Faulty = """
        using Scp.Serialization;
        [MessagePackObject]
        public sealed class Faulty { }
        """;

    [Test]
    public void AnEditElsewhereRegeneratesNothing()
    {
        (CSharpCompilation compilation, GeneratorDriver driver) = FirstRun();
        GeneratorRunResult result = Rerun(driver, compilation.AddSyntaxTrees(Parse("class Unrelated { int _x; }")));

        Assert.That(ModelReasons(result), Has.All.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));
        Assert.That(OutputReasons(result), Has.All.EqualTo(IncrementalStepRunReason.Cached));
    }

    [Test]
    public void AnEditThatLeavesTheMessageAsItIsRegeneratesNothing()
    {
        (CSharpCompilation compilation, GeneratorDriver driver) = FirstRun();
        GeneratorRunResult result = Rerun(driver, compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees[0], Parse("// A comment, which moves everything below.\n" + Message)));

        Assert.That(ModelReasons(result), Has.All.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));
        Assert.That(OutputReasons(result), Has.All.EqualTo(IncrementalStepRunReason.Cached));
    }

    [Test]
    public void AnEditOfTheMessageRegeneratesIt()
    {
        (CSharpCompilation compilation, GeneratorDriver driver) = FirstRun();
        GeneratorRunResult result = Rerun(driver, compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees[0], Parse(Message.Replace("Key(2)", "Key(3)", StringComparison.Ordinal))));

        Assert.That(ModelReasons(result), Has.Exactly(1).EqualTo(IncrementalStepRunReason.Modified));
        Assert.That(OutputReasons(result), Has.Exactly(1).EqualTo(IncrementalStepRunReason.Modified));
    }

    /// <summary>What is kept between runs must not keep a compilation alive, nor compare by reference.</summary>
    [Test]
    public void ModelsHoldNoSymbolsAndNoSyntax()
    {
        (_, GeneratorDriver driver) = FirstRun();
        List<object> seen = [];
        foreach (object model in ModelSteps(driver.GetRunResult().Results.Single()).SelectMany(step => step.Outputs.Select(output => output.Value)))
        {
            Walk(model, seen);
        }

        Assert.That(seen, Has.Count.GreaterThan(10));
        Assert.That(seen, Has.None.InstanceOf<ISymbol>());
        Assert.That(seen, Has.None.InstanceOf<SyntaxNode>());
        Assert.That(seen, Has.None.InstanceOf<SyntaxTree>());
        Assert.That(seen, Has.None.InstanceOf<Location>());
        Assert.That(seen, Has.None.InstanceOf<Compilation>());
    }

    private static (CSharpCompilation Compilation, GeneratorDriver Driver) FirstRun()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(Message, Faulty);
        return (compilation, GeneratorHarness.Driver().RunGenerators(compilation));
    }

    private static GeneratorRunResult Rerun(GeneratorDriver driver, Compilation compilation) =>
        driver.RunGenerators(compilation).GetRunResult().Results.Single();

    private static SyntaxTree Parse(string source) =>
        CSharpSyntaxTree.ParseText(source, GeneratorHarness.ParseOptions, path: "Edited.cs");

    private static ImmutableArray<IncrementalGeneratorRunStep> ModelSteps(GeneratorRunResult result) =>
        result.TrackedSteps[MessagePackGenerator.ModelStep];

    private static IncrementalStepRunReason[] ModelReasons(GeneratorRunResult result) =>
        [.. ModelSteps(result).SelectMany(step => step.Outputs).Select(output => output.Reason)];

    private static IncrementalStepRunReason[] OutputReasons(GeneratorRunResult result) =>
        [.. result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason)];

    private static void Walk(object? value, List<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || seen.Contains(value, ReferenceEqualityComparer.Instance))
        {
            return;
        }

        seen.Add(value);
        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Walk(item, seen);
            }
        }

        foreach (FieldInfo field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            Walk(field.GetValue(value), seen);
        }
    }
}
